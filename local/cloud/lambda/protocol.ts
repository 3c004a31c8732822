/** What the host and a function's worker thread tell each other. */
export interface BootData {
  assetDir: string;
  /** `index.handler` */
  handler: string;
}

export interface Invocation {
  id: string;
  /** JSON text. */
  event: string;
  /** Epoch milliseconds. */
  deadline: number;
  context: Record<string, unknown>;
  /** The trace header of the run, which the SDK reads from `_X_AMZN_TRACE_ID`. */
  trace: string;
}

/** As Lambda reports a failure to whoever invoked. */
export interface FunctionFault {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'init-failed'; error: FunctionFault }
  | { kind: 'result'; id: string; payload: string }
  | { kind: 'failed'; id: string; error: FunctionFault };

/** An invocation that ended in the handler's exception, a crash or the timeout. */
export class FunctionError extends Error {
  readonly fault: FunctionFault;
  constructor(fault: FunctionFault) {
    super(`${fault.errorType}: ${fault.errorMessage}`);
    this.fault = fault;
  }
}
