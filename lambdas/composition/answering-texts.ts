import type * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import { wordingFor } from '../core/content/wording.ts';
import { createAnswerText } from '../replies/answer-text.ts';
import type { inboundSweepEnv } from '../replies/inbound-sweep.env.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import type { Log } from '../runtime/logger.ts';
import type { Count } from '../runtime/metrics.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createInboundTexts } from '../stores/inbound-texts.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createAlertQueue } from '../stores/queues.ts';
import { createOptOut } from '../use-cases/opt-out.ts';
import { answering } from './answering.ts';
import { createTellDropped } from './dropped-texts.ts';
import { createOptOutNews } from './opt-out-news.ts';
import { deployedWording } from './wording.ts';

/** What answers texts, over the table and the queues of its environment, and what takes note of those that it drops. */
export function answeringTexts(
  env: Pick<z.output<typeof inboundSweepEnv>, 'TABLE_NAME' | 'EVENT_BUS_NAME' | 'STOP_QUEUE_URL' | 'ALERT_QUEUE_URL'>,
  clock: Clock,
  telemetry: { logger: Log; count: Count },
) {
  const shared = answering(env, clock);
  const optOuts = createOptOutStore(dynamo(), env.TABLE_NAME);
  const news = createOptOutNews({ ...telemetry, alerts: createAlertQueue(sqs(), env.ALERT_QUEUE_URL) });
  const dropped = createTellDropped(telemetry);
  const inbound = createInboundTexts(dynamo(), env.TABLE_NAME, clock);
  const answerText = createAnswerText({
    ...shared,
    codes: createCodeStore(dynamo(), env.TABLE_NAME, clock),
    inbound,
    optOut: createOptOut({ ...shared, optOuts, news }),
    dropped,
    wording: (language) => wordingFor(language, deployedWording()),
  });
  return { answerText, dropped, inbound };
}
