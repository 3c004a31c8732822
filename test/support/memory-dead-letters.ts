import type { Clock } from '../../lambdas/core/clock.ts';
import {
  type DeadLetter,
  type DeadLetterQueue,
  doneOf,
  type Redrive,
  type RedriveStore,
} from '../../lambdas/core/dead-letters/ports.ts';
import type { Channel, DeliveryError } from '../../lambdas/core/page/page.ts';

interface Resting {
  channel: Channel;
  about?: NonNullable<DeadLetter['about']>;
  reason?: DeliveryError;
}

const REASON: DeliveryError = { code: '21611', class: 'transient', message: 'the queue of the sender is full' };

/** Dead letters in memory, with the visibility of SQS. */
export function memoryDeadLetters(clock: Clock) {
  const rows: (DeadLetter & { channel: Channel; visibleAt: number })[] = [];
  let next = 0;
  const box: DeadLetterQueue = {
    depth: async (channel) => rows.filter((row) => row.channel === channel).length,
    async receive(channel, max, hideMs) {
      const due = rows.filter((row) => row.channel === channel && row.visibleAt <= clock.now()).slice(0, max);
      for (const row of due) row.visibleAt = clock.now() + hideMs;
      return due.map(({ channel: _, visibleAt: __, ...deadLetter }) => deadLetter);
    },
    async release(_, deadLetters) {
      for (const row of rows) if (deadLetters.some(({ id }) => id === row.id)) row.visibleAt = clock.now();
    },
    async remove(_, { id }) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) rows.splice(at, 1);
    },
  };
  return {
    ...box,
    put({ channel, about, reason = REASON }: Resting): void {
      const id = `letter-${++next}`;
      const deadLetter = { id, handle: id, sentAt: clock.now(), reason, ...(about && { about }) };
      rows.push({ ...deadLetter, channel, visibleAt: clock.now() });
    },
    rests: () => rows.map(({ id }) => id),
  };
}

export function memoryRedrives(): RedriveStore {
  const rows = new Map<string, Redrive>();
  return {
    create: async (redrive) => void rows.set(redrive.id, structuredClone(redrive)),
    get: async (id) => structuredClone(rows.get(id)),
    async add(id, outcomes) {
      const row = rows.get(id);
      if (!row) throw new Error('no such redrive');
      for (const { deadLetter, outcome } of outcomes) {
        row[outcome] += 1;
        if (outcome === 'failed') row.stays.push(deadLetter);
      }
      return structuredClone(row);
    },
    async finish({ id }, now) {
      const row = rows.get(id);
      if (row) rows.set(id, { ...row, finishedAt: now, total: doneOf(row) + row.failed });
    },
  };
}
