import pMap from 'p-map';
import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import { isFinal } from '../core/page/attempt.ts';
import type { SendResult } from '../core/providers/ports.ts';
import type { InboundTexts } from '../core/replies/ports.ts';
import { FIXED } from '../core/rules.ts';
import { HOUR, MINUTE } from '../core/time.ts';
import type { createInboundList, ListedText } from '../providers/sms/twilio-inbound.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { readMessage } from '../runtime/read-message.ts';
import { LeaveInQueue } from '../runtime/sqs-handler.ts';
import type { createAnswerText } from './answer-text.ts';

/** Orders one page of Twilio's list to be read. */
interface Listing {
  /** How far back the list goes, epoch ms. */
  since: number;
  /** Pages of this listing that were read before. */
  pages: number;
  /** Where the list goes on; absent for its first page. */
  next?: string | undefined;
}
/** Texts of one phone that no webhook brought, oldest first. */
interface Unanswered {
  from: string;
  texts: Omit<ListedText, 'from'>[];
}
export type InboundWork = Listing | Unanswered;

const listing = z.object({
  since: z.number(),
  pages: z.int().min(0),
  // It is put behind the host of Twilio's API, together with our credentials.
  next: z.string().startsWith('/2010-04-01/Accounts/').optional(),
});
const unanswered = z.object({
  from: z.string(),
  texts: z.array(z.object({ id: z.string(), body: z.string(), at: z.number() })).min(1),
});
const schema = z.union([listing, unanswered]);
const aboutSchema = z.union([z.object({ since: z.number() }), z.object({ from: z.string() })]);

interface Deps {
  list: ReturnType<typeof createInboundList>;
  inbound: Pick<InboundTexts, 'begin' | 'claim' | 'progress' | 'finish'>;
  answerText: ReturnType<typeof createAnswerText>;
  /** Texts a reply. */
  reply: (to: string, body: string) => Promise<SendResult>;
  /** Work for this function's own queue; durable when it returns. */
  order: (work: InboundWork) => Promise<void>;
  /** How far back is looked, ms: two runs of the schedule, so that one that fails misses nothing. */
  window: number;
  clock: Clock;
  logger: Pick<Log, 'warn' | 'error'>;
  count: Count;
}

/** Two runs of an hourly schedule, ms. */
export const SWEEP_WINDOW = 2 * HOUR;
/** A text this young may be on its way through its webhook still: Twilio tries for 15 s, twice. ms. */
const SETTLED = MINUTE;
/** Calls of the table or the queue that one page of the list has under way at the same time. */
const CONCURRENCY = 20;
/** Pages of one listing: 20,000 messages in two hours are no on-call team's. */
export const MAX_PAGES = 100;
/** Texts of one phone in one message: SQS takes 256 KB, and each of these may be 1,600 characters that JSON escapes. */
const MAX_TEXTS = 20;

/**
 * Answers the texts that no webhook brought: Twilio tries one for 15 s, and a gateway may be down for longer (ADR 23). The
 * schedule only orders a listing. Each page of the list is a queue message, which orders one message for each phone with
 * texts that are not known, and then the next page. So neither a long backlog nor a provider that answers slowly outlasts a
 * run, and what fails comes back by the queue, where it stopped.
 *
 * Each text goes through what answers webhooks, as of the time it came, and is remembered by the same id, so none counts
 * twice. Texts of one phone share a message because they are answered in the order they came. The reply that the webhook
 * would have given goes out as a text, and is owed until a provider took it: an answer that met silence is given again, or
 * by another way.
 */
export function createInboundSweep(deps: Deps) {
  const { inbound, answerText, window, clock, logger, count } = deps;

  async function readPage({ since, pages, next }: Listing): Promise<void> {
    const page = await deps.list(since, next);
    const settled = page.texts.filter(({ at }) => at <= clock.now() - SETTLED);
    const progress = await pMap(settled, ({ id }) => inbound.progress(id), { concurrency: CONCURRENCY });
    const unknown = settled.filter((_, n) => progress[n] !== 'done');
    const byPhone = [...Map.groupBy(unknown, ({ from }) => from)];
    const orders = byPhone.flatMap(([from, texts]) =>
      chunksOf(texts, MAX_TEXTS).map((some) => ({ from, texts: some.map(({ id, body, at }) => ({ id, body, at })) })),
    );
    await pMap(orders, (order) => deps.order(order), { concurrency: CONCURRENCY });
    // Ordered last: a page that fails half-way comes back, and texts that are ordered twice are answered once.
    if (page.next === undefined) return;
    if (pages + 1 < MAX_PAGES) await deps.order({ since, pages: pages + 1, next: page.next });
    else logger.error('more texts came in than a sweep reads; the oldest may be left out');
  }

  async function answer(from: string, { id, body, at }: Unanswered['texts'][number]): Promise<void> {
    const before = await inbound.progress(id);
    if (before === 'done') return;
    const now = clock.now();
    await inbound.begin(id, at, now + FIXED.inboundMemory);
    // After an outage several listings order the same text, and copies of a batch run at the same time.
    if (!(await inbound.claim(id, now, now + FIXED.lease))) throw new LeaveInQueue('answered by another run');
    const said = await answerText({ id, from, body, cameAt: at, isReplyOwed: true });
    if (before === 'unknown') {
      logger.warn('a text that no webhook brought is answered', { messageId: id });
      count(METRICS.textSwept);
    }
    if (said !== '') await tell(from, said, { id, at });
  }

  /** @throws when the reply was not taken and may be later: the message comes back, and the text is not answered again */
  async function tell(from: string, said: string, { id, at }: { id: string; at: number }): Promise<void> {
    const result = await deps.reply(from, said);
    if (result.outcome === 'failed') {
      const { code } = result.fault;
      // Who has heard nothing for so long has found another way, and a reply to it would be about another hour.
      const isTooOld = clock.now() - at > window + window / 2;
      if (!isFinal(result.fault) && !isTooOld) throw new Error(`the reply to a text was not taken: ${code}`);
      logger.error('the reply to a text is given up', { messageId: id, code });
    }
    await inbound.finish(id, said, false);
  }

  return {
    /** Every hour. */
    sweep: (): Promise<void> => deps.order({ since: clock.now() - window, pages: 0 }),

    /** One message of the queue. @throws to have it again */
    async work(body: string): Promise<void> {
      const work: InboundWork = readMessage(body, schema, aboutSchema);
      if ('since' in work) return readPage(work);
      for (const text of work.texts) await answer(work.from, text);
    },
  };
}

const chunksOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
