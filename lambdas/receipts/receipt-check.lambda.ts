import { alone } from '../composition/alone.ts';
import { aside } from '../composition/aside.ts';
import { receiving } from '../composition/receipts.ts';
import { rules } from '../core/rules.ts';
import { dynamo, secretsManager, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { createCount } from '../runtime/metrics.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { createAwaitedReceipts } from '../stores/awaited-receipts.ts';
import { createCallLines } from '../stores/leases.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createReceiptCheckQueue } from '../stores/queues.ts';
import { createAskable } from './askable.ts';
import { receiptCheckEnv } from './receipt-check.env.ts';
import { createReceiptChecks } from './receipt-check.ts';

const env = parseEnv(receiptCheckEnv);
const telemetry = { logger: createLogger('receipt-check'), count: createCount('receipt-check') };
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const lines = createCallLines(dynamo(), env.TABLE_NAME);
const twilio = createAskable({ credentials: async () => (await secret()).twilio, apiUrl: env.TWILIO_API_URL });
const receipts = createReceiptChecks({
  ...receiving(env, telemetry, clock, { lines, hangUp: twilio.hangUp }),
  checks: createReceiptCheckQueue(sqs(), env.RECEIPT_CHECK_QUEUE_URL, env.TIME_SCALE),
  awaited: createAwaitedReceipts(dynamo(), env.TABLE_NAME),
  ask: twilio.ask,
  missing: () => telemetry.count(METRICS.missingReceipt),
  rules: rules(env.TIME_SCALE),
  clock,
});
const onSchedule = alone(env.TABLE_NAME, telemetry.logger)('receipt-sweep', receipts.sweep);

const onMessage = aside(env, telemetry)(({ body }) => receipts.check(body));

export const handler = scheduleAndQueueHandler({ onSchedule, onMessage }, telemetry);
