import { sns } from '../composition/aws/clients.ts';
import { alone } from '../composition/aws/handlers.ts';
import { dispatchPorts } from '../composition/aws/ports.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { dispatchSettings, spoken } from '../composition/aws/settings.ts';
import { contactSweep } from '../composition/contact-sweep.ts';
import { FIXED } from '../core/rules.ts';
import { createPushEndpoints } from '../providers/push/sns-endpoint.ts';
import { parseEnv } from '../runtime/env.ts';
import { scheduledHandler } from '../runtime/scheduled-handler.ts';
import { contactSweepEnv } from './contact-sweep.env.ts';

const env = parseEnv(contactSweepEnv);
const run = runOf('contact-sweep');
const ports = {
  ...dispatchPorts(env, run),
  alertQueue: queues.alertQueue(env),
  endpoints: createPushEndpoints(sns(), FIXED.providerTimeout),
};
const sweep = contactSweep(ports, { ...dispatchSettings(env), ...spoken() });

export const handler = scheduledHandler(alone(env, run)('contact-sweep', sweep), run);
