/** One execution environment: a worker thread that has loaded the bundle and serves one invocation at a time. */
import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { type FromWorker, FunctionError, type Invocation } from './protocol.ts';
import type { FunctionSpec } from './spec.ts';

/** Lambda gives the code outside the handler ten seconds. */
const INIT_TIMEOUT_MS = 60_000;

/** What a handler leaves behind is collected often: with V8's own 48 MB each environment would grow to twice its size. */
const YOUNG_MB = 3;

export class Environment {
  /** Settles when the bundle is loaded; rejects with `FunctionError` when it cannot be. */
  readonly ready: Promise<void>;
  /** False once it crashed, timed out or was stopped: never to be used again. */
  alive = true;
  readonly #spec: FunctionSpec;
  readonly #worker: Worker;
  #waiting: { settle(message: FromWorker): void; fail(error: FunctionError): void } | undefined;

  constructor(spec: FunctionSpec, log: Writable) {
    this.#spec = spec;
    this.#worker = new Worker(new URL('./bootstrap.ts', import.meta.url), {
      env: withCompileCache(spec.environment),
      workerData: { assetDir: spec.assetDir, handler: spec.handler },
      stdout: true,
      stderr: true,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb, maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.stdout.pipe(log, { end: false });
    this.#worker.stderr.pipe(log, { end: false });
    this.#worker.on('message', (message: FromWorker) => this.#waiting?.settle(message));
    this.#worker.on('error', (error: Error) => this.#die('Runtime.UnhandledError', error.message ?? String(error)));
    this.#worker.on('exit', (code) => this.#die('Runtime.ExitError', `the environment exited with ${code}`));
    this.ready = this.#expect(INIT_TIMEOUT_MS, 'init').then((message) => {
      if (message.kind !== 'init-failed') return;
      void this.stop();
      throw new FunctionError(message.error);
    });
    // Whoever waits for it sees the rejection; nobody may be waiting.
    this.ready.catch(() => {});
  }

  /**
   * Runs the handler; answers its result as JSON text. Throws `FunctionError`; after a crash or timeout it is dead.
   * @param trace the trace header of this run
   */
  async invoke(event: unknown, trace: string): Promise<string> {
    await this.ready;
    const id = randomUUID();
    const answer = this.#expect(this.#spec.timeoutMs, id);
    this.#worker.postMessage({
      id,
      event: JSON.stringify(event),
      deadline: Date.now() + this.#spec.timeoutMs,
      context: this.#spec.context,
      trace,
    } satisfies Invocation);
    const message = await answer;
    if (message.kind === 'failed') throw new FunctionError(message.error);
    return message.kind === 'result' ? message.payload : 'null';
  }

  /** Ends the thread, whatever it is doing. */
  async stop(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  /** The next message of the thread, or its death, or the end of the given time, which kills it. */
  #expect(timeoutMs: number, id: string): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(2);
        this.#die('Sandbox.Timedout', `RequestId: ${id} Error: Task timed out after ${seconds} seconds`);
      }, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        this.#waiting = undefined;
      };
      this.#waiting = {
        settle: (message) => {
          if ('id' in message && message.id !== id) return;
          done();
          resolve(message);
        },
        fail: (error) => {
          done();
          reject(error);
        },
      };
    });
  }

  #die(errorType: string, errorMessage: string): void {
    this.alive = false;
    this.#waiting?.fail(new FunctionError({ errorType, errorMessage }));
    void this.#worker.terminate();
  }
}

/** Where this process keeps what it has compiled: a bundle that is found there loads in two thirds of the time. */
const withCompileCache = (environment: Record<string, string>): Record<string, string> => {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE ? { ...environment, NODE_COMPILE_CACHE } : environment;
};
