import * as z from 'zod';
import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import type { RedriveQueue } from '../core/dead-letters/ports.ts';
import {
  type DeadLetter,
  type DeadLetterQueue,
  doneOf,
  type Redrive,
  type RedriveStore,
} from '../core/dead-letters/ports.ts';
import { randomRedriveId } from '../core/page/ids.ts';
import { CHANNELS, type Channel, deliveryKey } from '../core/page/page.ts';
import type { DeadLetter as DeadLetterView, RedriveAccepted, Redrive as RedriveView } from '../http/api.gen.ts';
import type { Handler } from '../http/http.ts';
import { invalid, Problem } from '../http/problem.ts';
import { stretch } from '../http/schemas/list-query.ts';
import { redriveSchema } from '../http/schemas/redrive.ts';
import { parse } from '../http/validation.ts';

interface Deps {
  box: DeadLetterQueue;
  redrives: RedriveStore;
  queue: RedriveQueue;
  audit: AuditLog;
  /** The channels this deployment has. */
  available: ReadonlySet<Channel>;
  clock: Clock;
}

/** How long a dead letter is hidden while it is listed, unless it is released before; a listing may take as long. */
const HIDE_MS = 15_000;
const LOOK_MS = 6_000;

const querySchema = z.strictObject({ channel: z.enum(CHANNELS).exactOptional(), limit: stretch.limit });

/** GET /dead-letters: what can be seen of them in a few seconds. A queue only shows what it hands out. */
export const createListDeadLetters =
  ({ box, available, clock }: Pick<Deps, 'box' | 'available' | 'clock'>): Handler =>
  async ({ query }) => {
    const { channel, limit } = parse(querySchema, query);
    const channels = channel === undefined ? [...available] : [known(channel, available)];
    const found = await Promise.all(
      channels.map(async (one) =>
        (await look(box, one, limit, clock)).map((deadLetter) => deadLetterView(deadLetter, one)),
      ),
    );
    const oldestFirst = found.flat().sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
    return { status: 200, body: { items: oldestFirst.slice(0, limit) } };
  };

async function look(box: DeadLetterQueue, channel: Channel, limit: number, clock: Clock): Promise<DeadLetter[]> {
  const until = clock.now() + LOOK_MS;
  const seen = new Map<string, DeadLetter>();
  while (seen.size < limit && clock.now() < until) {
    const deadLetters = await box.receive(channel, limit - seen.size, HIDE_MS);
    const before = seen.size;
    for (const deadLetter of deadLetters) seen.set(deadLetter.id, deadLetter);
    if (seen.size === before) break;
  }
  const deadLetters = [...seen.values()];
  await box.release(channel, deadLetters);
  return deadLetters;
}

function deadLetterView({ id, about, reason, sentAt }: DeadLetter, channel: Channel): DeadLetterView {
  return {
    id,
    channel,
    ...(about && {
      notificationId: about.pageId,
      deliveryId: `${about.pageId}.${deliveryKey(about.round, channel)}`,
      claim: about.claim,
    }),
    reason,
    sentAt: new Date(sentAt).toISOString(),
  };
}

/** POST /dead-letters/redrive: from the 202 on it goes on by itself. */
export const createStartRedrive =
  ({ box, redrives, queue, audit, available, clock }: Deps): Handler =>
  async ({ body, caller }) => {
    const { channel, limit } = parse(redriveSchema, body);
    const rests = await box.depth(known(channel, available));
    const total = Math.min(limit ?? rests, rests);
    const [id, startedAt] = [randomRedriveId(), clock.now()];
    const by = {
      actor: `${caller.clientId}/${caller.subject}`,
      ...(caller.sourceIp && { from: caller.sourceIp }),
    };
    const counts = { retried: 0, requeued: 0, notNeeded: 0, failed: 0 };
    await redrives.create({ id, channel, total, startedAt, ...counts, stays: [], ...by });
    await audit.record({
      at: startedAt,
      resource: `dead-letters/${channel}`,
      action: 'dead_letters.redriven',
      ...by,
      details: { redriveId: id, total },
    });
    await queue.send({ redriveId: id, empties: 0 }, 0);
    const answer: RedriveAccepted = { redriveId: id, total };
    return { status: 202, body: answer };
  };

/** GET /dead-letters/redrives/{id} */
export const createGetRedrive =
  ({ redrives }: Pick<Deps, 'redrives'>): Handler =>
  async ({ params: { id = '' } }) => {
    const redrive = await redrives.get(id);
    if (!redrive) throw new Problem('redrive-not-found', { detail: `There is no redrive "${id}".` });
    return { status: 200, body: redriveView(redrive) };
  };

function redriveView(redrive: Redrive): RedriveView {
  const { id, channel, total, retried, requeued, notNeeded, failed, startedAt, finishedAt } = redrive;
  return {
    redriveId: id,
    channel,
    status: finishedAt === undefined ? 'RUNNING' : 'FINISHED',
    total,
    done: doneOf(redrive),
    failed,
    retried,
    requeued,
    notNeeded,
    startedAt: new Date(startedAt).toISOString(),
    ...(finishedAt !== undefined && { finishedAt: new Date(finishedAt).toISOString() }),
  };
}

function known(channel: Channel, available: ReadonlySet<Channel>): Channel {
  if (available.has(channel)) return channel;
  throw invalid({ path: 'channel', message: `must be one of ${[...available].join(', ')}` });
}
