/** EventBridge: events put on a bus go to the targets of the rules they match, over the JSON 1.1 protocol. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { matches } from '../eventbridge/pattern.ts';
import type { RuleSpec } from '../eventbridge/rule.ts';
import { readBody, sendAwsJson } from '../http.ts';
import type { FunctionHost } from '../lambda/function-host.ts';
import { ACCOUNT, REGION } from '../template/resolver.ts';
import { callService } from './aws-json.ts';

/** Ten entries of 256 KB, and what is around them. */
const MAX_BYTES = 3 * 1024 * 1024;
const TRIES = 3;
const PAUSE_MS = 100;

const entrySchema = z.object({
  Source: z.string().min(1),
  DetailType: z.string().min(1),
  Detail: z.string(),
  EventBusName: z.string().default('default'),
  Time: z.number().optional(),
  Resources: z.array(z.string()).default([]),
});
const requestSchema = z.object({ Entries: z.array(entrySchema).min(1).max(10) });
type Entry = z.output<typeof entrySchema>;
type Event = Record<string, unknown>;

export interface EventTargets {
  rules: readonly RuleSpec[];
  /** Names of the declared buses; `default` is always there. */
  buses: readonly string[];
  /** By ARN. */
  hosts: ReadonlyMap<string, Pick<FunctionHost, 'invoke'>>;
  sqsUrl: string;
}

export interface EventBridge {
  url: string;
  /** From now on events reach these targets. Throws when a rule has a bus or a function that is not there. */
  connect(targets: EventTargets): void;
  /** From now on nobody is there. */
  disconnect(): void;
  /** What an AWS service tells the default bus. `unheard` while not connected; `failed` when a target did not take it. */
  deliver(event: Event): Promise<'done' | 'unheard' | 'failed'>;
  stop(): Promise<void>;
}

/** Listens on a free port of the loopback. An event is in its queues, and has been through its functions, when PutEvents answers. */
export async function startEventBridge(): Promise<EventBridge> {
  let targets: EventTargets | undefined;

  const server = createServer(async (req, res) => {
    const answer = (status: number, body: object) => sendAwsJson(res, '1.1', status, body);
    const fail = (status: number, __type: string, message: string) => answer(status, { __type, message });
    try {
      const action = String(req.headers['x-amz-target'] ?? '').replace(/^AWSEvents\./, '');
      const request = requestSchema.safeParse(JSON.parse((await readBody(req, MAX_BYTES)) || '{}'));
      if (action !== 'PutEvents') {
        return fail(400, 'UnknownOperationException', `the local run knows no ${action} of EventBridge`);
      }
      if (!request.success) return fail(400, 'ValidationException', z.prettifyError(request.error));
      if (!targets) return fail(503, 'InternalException', 'the local run is still starting');
      const { buses } = targets;
      const strange = request.data.Entries.find(({ EventBusName }) => !buses.includes(busOf(EventBusName)));
      if (strange) return fail(400, 'ResourceNotFoundException', `Event bus ${strange.EventBusName} does not exist.`);
      const Entries = await Promise.all(request.data.Entries.map(put));
      answer(200, { FailedEntryCount: Entries.filter((one) => 'ErrorCode' in one).length, Entries });
    } catch {
      fail(400, 'SerializationException', 'unreadable request');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function put(entry: Entry): Promise<object> {
    const detail = parsed(entry.Detail);
    if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType,
      source: entry.Source,
      account: ACCOUNT,
      time: new Date((entry.Time ?? Math.floor(Date.now() / 1_000)) * 1_000).toISOString().replace(/\.\d+Z$/, 'Z'),
      region: REGION,
      resources: entry.Resources,
      detail,
    };
    const isOut = await route(busOf(entry.EventBusName), event).catch(() => false);
    return isOut ? { EventId: event.id } : { ErrorCode: 'InternalFailure', ErrorMessage: 'A target did not take it.' };
  }

  /** False when a target did not take it. */
  async function route(bus: string, event: Event): Promise<boolean> {
    const matching = targets?.rules.filter((rule) => rule.bus === bus && matches(rule.pattern, event)) ?? [];
    const results = await Promise.allSettled(matching.flatMap((rule) => rule.targets.map((arn) => hand(arn, event))));
    return results.every(({ status }) => status === 'fulfilled');
  }

  async function hand(arn: string, event: Event): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        if (!targets) throw new Error('stopped');
        if (arn.startsWith('arn:aws:lambda:')) await targets.hosts.get(arn)?.invoke(event);
        else await send(targets.sqsUrl, arn, event);
        return;
      } catch (error) {
        if (tries === TRIES) throw error;
        await sleep(PAUSE_MS * tries, undefined, { ref: false });
      }
    }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connect(next) {
      const buses = ['default', ...next.buses];
      for (const { bus, targets: arns } of next.rules) {
        if (!buses.includes(bus)) throw new Error(`a rule listens to the bus ${bus}, which no template declares`);
        const missing = arns.find((arn) => arn.startsWith('arn:aws:lambda:') && !next.hosts.has(arn));
        if (missing) throw new Error(`a rule invokes ${missing}, which no template declares`);
      }
      targets = { ...next, buses };
    },
    disconnect() {
      targets = undefined;
    },
    async deliver(event) {
      if (!targets) return 'unheard';
      if (await route('default', event)) return 'done';
      return targets ? 'failed' : 'unheard';
    },
    async stop() {
      targets = undefined;
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A bus is named or given by its ARN. */
const busOf = (name: string): string => name.split('/').at(-1) ?? '';

const send = (sqsUrl: string, arn: string, event: Event) =>
  callService(sqsUrl, 'AmazonSQS.SendMessage', {
    QueueUrl: `${sqsUrl}/${ACCOUNT}/${arn.split(':').at(-1)}`,
    MessageBody: inAscii(JSON.stringify(event)),
  });

/** The same JSON: the local queues refuse characters beyond the first plane, which SQS takes. */
const inAscii = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The detail is an object, or it is refused. */
function parsed(text: string): object | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}
