import { alone, aside } from '../composition/aws/handlers.ts';
import { twilioInbox } from '../composition/aws/inbox.ts';
import { answeringPorts, contactPorts } from '../composition/aws/ports.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { spoken } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { inboundSweep } from '../composition/texts.ts';
import { parseEnv } from '../runtime/env.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { inboundSweepEnv } from './inbound-sweep.env.ts';

const env = parseEnv(inboundSweepEnv);
const run = runOf('inbound-sweep');
const ports = {
  ...answeringPorts(env, run),
  ...contactPorts(env, run),
  codes: table.codes(env, run),
  inbound: table.inbound(env, run),
  orderInbound: queues.orderInbound(env),
  ...twilioInbox(env, secretsOf(env, run)),
};
const { sweep, work } = inboundSweep(ports, { ...spoken(), timeScale: env.TIME_SCALE });

export const handler = scheduleAndQueueHandler(
  { onSchedule: alone(env, run)('inbound-sweep', sweep), onMessage: aside(env, run)(({ body }) => work(body)) },
  run,
);
