import type { Clock } from '../core/ports.ts';
import type { createAnswerText } from '../operations/answer-text.ts';
import type { createInboundList } from '../providers/sms/twilio-inbound.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';

interface Deps {
  list: ReturnType<typeof createInboundList>;
  /** Whether a webhook or an earlier sweep has brought the text and it was answered to the end. */
  isKnown: (id: string) => Promise<boolean>;
  answerText: ReturnType<typeof createAnswerText>;
  /** Texts a reply; what cannot be sent is let go, like an answer to a webhook that got lost. */
  reply: (to: string, body: string) => Promise<unknown>;
  /** How far back is looked, ms: two runs of the schedule, so that one that fails misses nothing. */
  window: number;
  clock: Clock;
  logger: Pick<Log, 'warn' | 'error'>;
  count: Count;
}

/** Two runs of an hourly schedule, ms. */
export const SWEEP_WINDOW = 2 * 3_600_000;
/** A text this young may be on its way through its webhook still: Twilio tries for 15 s, twice. ms. */
const SETTLED = 60_000;
/** Texts that are answered at the same time; the table and Twilio are asked by nobody else for this. */
const AT_ONCE = 10;

/**
 * Answers the texts that no webhook brought: Twilio tries one for 15 s, and a gateway may be down for longer (ADR 23). Each
 * goes through what answers webhooks, as of the time it came, and is remembered by the same id, so none counts twice. Texts
 * of one phone are answered in the order they came. Who texted hears by a text of our own what the webhook would have
 * answered: an answer that met silence is given again, or by another way.
 * @throws when Twilio cannot be asked; the next run looks as far back
 */
export function createInboundSweep(deps: Deps): () => Promise<void> {
  const { list, isKnown, answerText, reply, window, clock, logger, count } = deps;

  return async () => {
    const { texts, isCut } = await list(clock.now() - window);
    if (isCut) logger.error('more texts came in than a sweep reads; the oldest may be left out');
    const settled = texts.filter(({ at }) => at <= clock.now() - SETTLED);
    const byPhone = [...Map.groupBy(settled, ({ from }) => from).values()];
    for (let i = 0; i < byPhone.length; i += AT_ONCE) {
      await Promise.all(byPhone.slice(i, i + AT_ONCE).map((ofPhone) => answerAll(ofPhone)));
    }
  };

  async function answerAll(texts: Awaited<ReturnType<typeof list>>['texts']): Promise<void> {
    for (const { id, from, body, at } of texts) {
      if (await isKnown(id)) continue;
      logger.warn('a text that no webhook brought is answered', { messageId: id });
      count(METRICS.textSwept);
      const said = await answerText({ id, from, body, cameAt: at });
      if (said !== '') await reply(from, said);
    }
  }
}
