import { alone } from '../composition/alone.ts';
import { aside } from '../composition/aside.ts';
import { composeRelease } from '../composition/releasing.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { releaseEnv } from './release.env.ts';

const env = parseEnv(releaseEnv);
const telemetry = { logger: createLogger('release'), count: createCount('release') };
const { release, sweep } = composeRelease(env, telemetry);
const onSchedule = alone(env.TABLE_NAME, telemetry.logger)('release-sweep', sweep);
const onMessage = aside(env, telemetry)(release);

export const handler = scheduleAndQueueHandler({ onSchedule, onMessage }, telemetry);
