import { receiving } from '../composition/receipts.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { NO_CALLS } from '../use-cases/receive-receipt.ts';
import { sesEventsEnv } from './ses-events.env.ts';
import { createSesEvents } from './ses-events.ts';

const env = parseEnv(sesEventsEnv);
const telemetry = { logger: createLogger('ses-events'), count: createCount('ses-events') };
const { receiveReceipt } = receiving(env, telemetry, { now: Date.now }, NO_CALLS);

export const handler = sqsHandler(createSesEvents({ receiveReceipt, logger: telemetry.logger }), telemetry);
