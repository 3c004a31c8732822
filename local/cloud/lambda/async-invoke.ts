/** What Lambda does with asynchronous invocations: keeps an event, repeats a failed one, hands it to a failure destination. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { callService } from '../services/aws-json.ts';
import { ACCOUNT, type Resolve } from '../template/resolver.ts';
import { ignored, number, shaped } from '../template/shape.ts';
import type { Resource } from '../template/template.ts';
import type { FunctionHost } from './function-host.ts';
import { FunctionError } from './protocol.ts';

const configSchema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: number.default(2),
  MaximumEventAgeInSeconds: ignored, // a local function is never throttled, so no event grows old
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: z.string().startsWith('arn:aws:sqs:') }) })
    .optional(),
});

export interface AsyncConfigSpec {
  /** Name or ARN of the function. */
  functionName: string;
  retries: number;
  /** ARN of the queue that takes events which failed; without one they are dropped. */
  failuresTo: string | undefined;
}

/** The settings for asynchronous invocations that a resource declares. */
export function asyncConfigSpec(resource: Resource, resolve: Resolve): AsyncConfigSpec {
  const declared = shaped(resource, resolve, configSchema);
  return {
    functionName: declared.FunctionName,
    retries: declared.MaximumRetryAttempts,
    failuresTo: declared.DestinationConfig?.OnFailure.Destination,
  };
}

/** Lambda's own settings for a function that declares none. */
const DEFAULTS = { retries: 2, failuresTo: undefined };
/** Before the first and the second repetition (Lambda developer guide, "Error handling for asynchronous invocation"). */
const WAITS_MS = [60_000, 120_000];

/**
 * What became of the event: the function took it, or the failure destination did, or neither. `stopped`: the local run is
 * ending, and the event should be handed over again when the next one is up.
 */
export type AsyncOutcome = 'succeeded' | 'kept' | 'dropped' | 'stopped';

export interface AsyncInvoker {
  knows(functionArn: string): boolean;
  /** Settles when the event has come to its end. Throws when no template declares the function. */
  invoke(functionArn: string, event: unknown): Promise<AsyncOutcome>;
  /** No repetition is begun any more. */
  stop(): void;
}

interface Options {
  configs: readonly AsyncConfigSpec[];
  /** By ARN. */
  hosts: ReadonlyMap<string, Pick<FunctionHost, 'invoke'> & { readonly spec: { name: string } }>;
  sqsUrl: string;
  /** Waits are so many times shorter. */
  speed: number;
}

export function createAsyncInvoker({ configs, hosts, sqsUrl, speed }: Options): AsyncInvoker {
  const stopping = new AbortController();

  return {
    knows: (functionArn) => hosts.has(functionArn),
    async invoke(functionArn, event) {
      const host = hosts.get(functionArn);
      if (!host) throw new Error(`no template declares ${functionArn}`);
      const config = configs.find(({ functionName }) => [functionArn, host.spec.name].includes(functionName));
      const { retries, failuresTo } = config ?? DEFAULTS;
      for (let attempt = 0; ; attempt++) {
        try {
          await host.invoke(event);
          return 'succeeded';
        } catch (error) {
          // The function's log has what it threw.
          if (stopping.signal.aborted) return 'stopped';
          if (attempt === retries)
            return failuresTo === undefined ? 'dropped' : keep(failuresTo, event, attempt, error);
        }
        const waitMs = (WAITS_MS[attempt] ?? 0) / speed;
        await sleep(waitMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
        if (stopping.signal.aborted) return 'stopped';
      }
    },
    stop: () => stopping.abort(),
  };

  /** Writes the record that Lambda writes to an SQS queue as failure destination. */
  async function keep(queueArn: string, event: unknown, attempt: number, error: unknown): Promise<AsyncOutcome> {
    const record = {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: attempt + 1 },
      requestPayload: event,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: error instanceof FunctionError ? error.fault : null,
    };
    const QueueUrl = `${sqsUrl}/${ACCOUNT}/${queueArn.split(':').at(-1)}`;
    try {
      await callService(sqsUrl, 'AmazonSQS.SendMessage', { QueueUrl, MessageBody: JSON.stringify(record) });
      return 'kept';
    } catch {
      return stopping.signal.aborted ? 'stopped' : 'dropped';
    }
  }
}
