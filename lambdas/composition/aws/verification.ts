import type * as z from 'zod';
import type { VoiceProvider } from '../../core/providers/ports.ts';
import type { verificationEnv } from '../../verification/verification.env.ts';
import type { VerificationSettings } from '../verification.ts';
import { awsVoice, twilioCalls } from './providers/calls.ts';
import type { Secrets } from './secrets.ts';
import { environmentsOf, paceOf, rulesOf, spoken } from './settings.ts';

type Env = z.output<typeof verificationEnv>;

/** How many codes may go out at once, as for pages. */
const SENDER_BURST = 10;

/** What calls with a code; nothing where the deployment has no voice channel. */
export const codeCalls = (env: Env, secrets: Secrets): readonly VoiceProvider[] =>
  env.CHANNELS.includes('voice') ? [twilioCalls(env, secrets), awsVoice(env)] : [];

export const verificationSettings = (env: Env): VerificationSettings => ({
  ...rulesOf(env),
  ...spoken(),
  environments: environmentsOf(env),
  pace: {
    sms: paceOf(env.SMS_PER_MINUTE, SENDER_BURST, env.TIME_SCALE),
    voice: paceOf(env.VOICE_PER_MINUTE, SENDER_BURST, env.TIME_SCALE),
  },
  countries: env.SMS_COUNTRIES === '*' ? 'all' : new Set(env.SMS_COUNTRIES.split(',')),
});
