/**
 * What a million pages cost in AWS, carriers not: counted units times prices, us-east-1. Everything that is neither
 * counted nor on a price list stands under ASSUMED and is named in the table.
 */
import type { Cost, Counted } from './count-path.ts';

/** Dollars. */
const PRICE = {
  writeUnits: 0.625e-6,
  readUnits: 0.125e-6,
  restRequests: 3.5e-6,
  sqsRequests: 0.4e-6,
  /** Custom events of EventBridge, up to 64 KB each. */
  events: 1e-6,
  /** Standard workflows. */
  transitions: 25e-6,
  invocations: 0.2e-6,
  armGbSeconds: 0.0000133334,
};

const ASSUMED = {
  memoryGb: 0.5,
  /** Billed time of a warm invocation with the table in the same region; a worker waits for each provider it asks. */
  dispatchMs: 40,
  workerMs: 250,
  callbackMs: 20,
  checkMs: 20,
  /** To put an event on the bus, which the function waits for. */
  eventMs: 10,
  /**
   * Send, receive, delete, each with a single message: pages that come alone. In a batch of ten receive and delete cost
   * a tenth.
   */
  requestsPerMessage: 3,
};

/** Budget of docs/spec/inside.md#budgets, dollars per million pages. */
export const BILL_BUDGET = 28;

/** @returns rows of item, how it is reckoned, dollars per million pages; and their sum */
export function bill({ page, after }: Cost): { rows: [string, string, number][]; total: number } {
  const all = (key: Exclude<keyof Counted, 'calls'>) => page[key] + after[key];
  const writes = all('writes') + all('indexWrites');
  const [reads, rest, events, transitions] = [all('reads'), all('rest'), all('events'), all('transitions')];
  const requests = all('messages') * ASSUMED.requestsPerMessage;
  const { dispatchMs, workerMs, callbackMs, checkMs, eventMs, memoryGb } = ASSUMED;
  const providerCalls = all('first') + all('second');
  const others = all('messages') - providerCalls + all('news') + all('escalations');
  const ms = dispatchMs + (rest - 1) * callbackMs + providerCalls * workerMs + others * checkMs + events * eventMs;
  const invocations = rest + all('messages') + all('news') + all('escalations');
  const rows: [string, string, number][] = [
    ['API Gateway REST', `${rest} requests, counted`, rest * PRICE.restRequests],
    ['DynamoDB writes', `${writes} units, counted`, writes * PRICE.writeUnits],
    ['DynamoDB reads', `${reads} units, counted`, reads * PRICE.readUnits],
    ['SQS', `${requests} requests (assumed ${ASSUMED.requestsPerMessage} a message)`, requests * PRICE.sqsRequests],
    ['Events', `${events} on the bus, counted`, events * PRICE.events],
    ['Step Functions', `${transitions} state transitions, counted`, transitions * PRICE.transitions],
    ['Lambda requests', `${invocations} invocations, one record each`, invocations * PRICE.invocations],
    [
      'Lambda time',
      `${ms} ms of 512 MB ARM (assumed: dispatch ${dispatchMs}, worker ${workerMs} for each provider asked, callback or answer ${callbackMs}, anything else ${checkMs}, event ${eventMs})`,
      (ms / 1_000) * memoryGb * PRICE.armGbSeconds,
    ],
    ['Logs', 'nothing: our code logs none on this path, and functions leave out START, END and REPORT', 0],
  ];
  const perMillion = rows.map(([item, how, dollars]) => [item, how, dollars * 1e6] as [string, string, number]);
  return { rows: perMillion, total: perMillion.reduce((sum, [, , dollars]) => sum + dollars, 0) };
}
