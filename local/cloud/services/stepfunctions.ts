/** Step Functions: the interpreter with real time, behind the JSON 1.0 protocol that the SDK speaks. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody, sendAwsJson } from '../http.ts';
import type { FunctionHost } from '../lambda/function-host.ts';
import { runAction } from '../stepfunctions/api.ts';
import { Engine } from '../stepfunctions/engine.ts';
import { RequestError, StateError } from '../stepfunctions/errors.ts';
import { sqliteStore } from '../stepfunctions/sqlite-store.ts';
import type { MachineSpec } from '../stepfunctions/start.ts';
import type { Services } from '../stepfunctions/tasks.ts';
import { callService } from './aws-json.ts';

/** A request holds at most 256 KB of input, in JSON inside JSON. */
const MAX_BYTES = 1024 * 1024;
/** What setTimeout can wait, less than 25 days. */
const LONGEST_TIMER_MS = 2_000_000_000;

/** Executions that are over are kept for a day, and the last thousand for as long as there is nothing newer; AWS: 90 days. */
const KEPT_FOR_MS = 24 * 60 * 60_000;
const KEPT_AT_LEAST = 1_000;
const PURGED_EVERY_MS = 60 * 60_000;

export interface Surroundings {
  hosts: ReadonlyMap<string, Pick<FunctionHost, 'invoke'>>;
  sqsUrl: string;
  dynamodbUrl: string;
  /** Waits are divided by this. */
  speed: number;
}

export interface StepFunctions {
  url: string;
  /** Runs these machines from now on, and goes on with what ran when the last run ended. */
  run(machines: readonly MachineSpec[], surroundings: Surroundings): void;
  /** Calls nothing any more: what a stop interrupts is done again by the next run. */
  halt(): void;
  stop(): Promise<void>;
}

/** Listens on a free port of the loopback, with the executions in `file`. Until `run` it answers that it is not ready. */
export async function startStepFunctions(file: string): Promise<StepFunctions> {
  const store = sqliteStore(file);
  const purge = () => void store.purge(Date.now() - KEPT_FOR_MS, KEPT_AT_LEAST);
  purge();
  const purging = setInterval(purge, PURGED_EVERY_MS).unref();
  let engine: Engine | undefined;
  let timer: NodeJS.Timeout | undefined;

  function schedule(): void {
    clearTimeout(timer);
    const due = engine?.nextDue();
    if (due === undefined) return;
    const wait = Math.min(Math.max(0, due - Date.now()), LONGEST_TIMER_MS);
    // A timer may fire a moment before the clock shows its time, or after the clock was set back: then nothing is due yet,
    // nothing changes, and only another timer goes on.
    const wake = () => void engine?.runDue().catch(report).finally(schedule);
    timer = setTimeout(wake, Math.ceil(wait));
  }

  const server = createServer(async (req, res) => {
    try {
      const name = String(req.headers['x-amz-target'] ?? '').replace(/^AWSStepFunctions\./, '');
      const text = await readBody(req, MAX_BYTES);
      if (!engine) throw new RequestError('ServiceUnavailable', 'the local run is still starting');
      sendAwsJson(res, '1.0', 200, await runAction(engine, name, JSON.parse(text || '{}')));
    } catch (error) {
      const { code, status } = faultOf(error);
      sendAwsJson(res, '1.0', status, { __type: code, message: (error as Error).message });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const halt = () => {
    engine?.halt();
    clearTimeout(timer);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    run(machines, surroundings) {
      engine = new Engine({
        machines,
        store,
        clock: { now: () => Date.now() },
        timeScale: surroundings.speed,
        services: servicesOf(surroundings),
        onChange: schedule,
        onBug: report,
      });
      engine.resume();
    },
    halt,
    async stop() {
      halt();
      clearInterval(purging);
      server.closeAllConnections();
      if (!server.listening) return;
      server.close();
      store.close();
    },
  };
}

const report = (error: unknown) => console.error('Step Functions of the local run:', error);

function faultOf(error: unknown): { code: string; status: number } {
  if (error instanceof RequestError)
    return { code: error.code, status: error.code === 'ServiceUnavailable' ? 503 : 400 };
  if (error instanceof SyntaxError) return { code: 'SerializationException', status: 400 };
  report(error);
  return { code: 'InternalFailure', status: 500 };
}

function servicesOf({ hosts, sqsUrl, dynamodbUrl, speed }: Surroundings): Services {
  return {
    invoke(name, payload) {
      // With or without a version at its end; there is only one here.
      const arn = /^arn:aws:lambda:[^:]*:[^:]*:function:[^:]+/.exec(name)?.[0];
      const host = [...hosts].find(([key]) => key === arn || key.endsWith(`:function:${name}`))?.[1];
      if (!host) throw new StateError('Lambda.ResourceNotFoundException', `Function not found: ${name}`);
      return host.invoke(payload);
    },
    sendMessage({ QueueUrl, DelaySeconds, ...message }) {
      // An execution outlives the port that its queue had when it was started.
      const url = `${sqsUrl}${new URL(QueueUrl).pathname}`;
      const delay = DelaySeconds === undefined ? {} : { DelaySeconds: Math.round(DelaySeconds / speed) };
      return callService(sqsUrl, 'AmazonSQS.SendMessage', { QueueUrl: url, ...message, ...delay });
    },
    dynamodb: (action, input) => callService(dynamodbUrl, `DynamoDB_20120810.${action}`, input),
  };
}
