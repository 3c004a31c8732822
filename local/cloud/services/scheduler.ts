/**
 * EventBridge Scheduler as functions of ours use it: one-time schedules that send a message and are gone then. What the
 * templates declare (rates) is in ../schedules.ts. Times are real: `--speed` does not shorten them.
 */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { writePrivately } from '../files.ts';
import { readBody, sendJson } from '../http.ts';
import { callService } from './aws-json.ts';

/** What setTimeout can wait, less than 25 days. */
const LONGEST_TIMER_MS = 2_000_000_000;
/** A queue that does not answer is asked again. */
const AGAIN_MS = 1_000;

/** Anything else is refused: a schedule that AWS would run differently must not pass here. */
const scheduleSchema = z.strictObject({
  Description: z.string().optional(),
  ScheduleExpression: z
    .string()
    .regex(/^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/, 'only at(yyyy-mm-ddThh:mm:ss) is known'),
  ScheduleExpressionTimezone: z.literal('UTC').optional(),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  ActionAfterCompletion: z.literal('DELETE'),
  Target: z.strictObject({
    Arn: z.string().regex(/^arn:aws:sqs:[^:]+:\d+:[\w-]+$/, 'only queues are known'),
    RoleArn: z.string().startsWith('arn:aws:iam:'),
    Input: z.string(),
  }),
  ClientToken: z.string().optional(),
});
type Schedule = z.output<typeof scheduleSchema>;

export interface Scheduler {
  url: string;
  /** Sends to the queues behind this address from now on; what has become due meanwhile at once. */
  run(sqsUrl: string): void;
  stop(): Promise<void>;
}

/** Listens on a free port of the loopback, with the schedules in `file`. Until `run` it takes them and sends nothing. */
export async function startScheduler(file: string): Promise<Scheduler> {
  const stored = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Schedule>) : {};
  const schedules = new Map(Object.entries(stored));
  const timers = new Map<string, NodeJS.Timeout>();
  const sending = new Set<Promise<void>>();
  let queues: string | undefined;

  const keep = () => writePrivately(file, JSON.stringify(Object.fromEntries(schedules)));

  function arm(name: string, wait = 0): void {
    const schedule = schedules.get(name);
    if (queues === undefined || !schedule) return;
    const left = Math.max(wait, timeOf(schedule) - Date.now());
    const due = left <= LONGEST_TIMER_MS;
    const timer = setTimeout(() => (due ? fire(name, schedule) : arm(name)), Math.min(left, LONGEST_TIMER_MS));
    timers.set(name, timer);
  }

  function fire(name: string, { Target: { Arn, Input } }: Schedule): void {
    timers.delete(name);
    const [, , , , account, queue] = Arn.split(':');
    const QueueUrl = `${queues}/${account}/${queue}`;
    const sent = callService(String(queues), 'AmazonSQS.SendMessage', { QueueUrl, MessageBody: Input }).then(
      () => {
        schedules.delete(name);
        keep();
      },
      () => arm(name, AGAIN_MS),
    );
    sending.add(sent);
    void sent.finally(() => sending.delete(sent));
  }

  const server = createServer(async (req, res) => {
    const fail = (status: number, type: string, Message: string) => {
      res.setHeader('x-amzn-errortype', type);
      sendJson(res, status, { Message });
    };
    const name = decodeURIComponent(/^\/schedules\/([^/?]+)$/.exec((req.url ?? '').split('?')[0] ?? '')?.[1] ?? '');
    if (!/^[\w.-]{1,64}$/.test(name))
      return fail(400, 'ValidationException', 'the local run knows schedules by name only');
    const known = schedules.get(name);
    switch (req.method) {
      case 'POST': {
        const parsed = scheduleSchema.safeParse(json(await readBody(req, 65_536)));
        if (!parsed.success) return fail(400, 'ValidationException', z.prettifyError(parsed.error));
        if (known) return fail(409, 'ConflictException', `Schedule ${name} already exists.`);
        schedules.set(name, parsed.data);
        keep();
        arm(name);
        return sendJson(res, 200, { ScheduleArn: arnOf(name) });
      }
      case 'GET':
        if (!known) return fail(404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
        return sendJson(res, 200, { Name: name, Arn: arnOf(name), GroupName: 'default', State: 'ENABLED', ...known });
      case 'DELETE':
        if (!known) return fail(404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
        clearTimeout(timers.get(name));
        schedules.delete(name);
        keep();
        return sendJson(res, 200, {});
      default:
        return fail(400, 'ValidationException', `the local run knows no ${req.method}`);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    run(sqsUrl) {
      queues = sqsUrl;
      for (const name of schedules.keys()) arm(name);
    },
    async stop() {
      for (const timer of timers.values()) clearTimeout(timer);
      queues = undefined;
      server.close();
      server.closeAllConnections();
      await Promise.all(sending);
    },
  };
}

const timeOf = ({ ScheduleExpression }: Schedule): number => Date.parse(`${ScheduleExpression.slice(3, -1)}Z`);
const arnOf = (name: string) => `arn:aws:scheduler:us-east-1:000000000000:schedule/default/${name}`;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
