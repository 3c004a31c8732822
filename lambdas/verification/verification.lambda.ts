import { setTimeout as pause } from 'node:timers/promises';
import { contactPorts } from '../composition/aws/ports.ts';
import { snsSms, twilioTexts } from '../composition/aws/providers/texts.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import * as table from '../composition/aws/table.ts';
import { codeCalls, verificationSettings } from '../composition/aws/verification.ts';
import { verifying } from '../composition/verification.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { verificationEnv } from './verification.env.ts';

const env = parseEnv(verificationEnv);
const run = runOf('verification');
const secrets = secretsOf(env, run);
const ports = {
  ...contactPorts(env, run),
  circuits: table.circuits(env, run),
  verifications: table.verifications(env, run),
  caps: table.caps(env),
  phoneLocks: table.phoneLocks(env),
  rateLimits: table.rateLimits(env),
  sms: [twilioTexts(env, secrets), snsSms(env)],
  voice: codeCalls(env, secrets),
  random: run.random,
  pause,
};

export const handler = apiHandler(verifying(ports, verificationSettings(env)), run);
