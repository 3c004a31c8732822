import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { AuditLog } from '../core/audit/ports.ts';
import { wordingFor } from '../core/content/wording.ts';
import { FIXED, rules } from '../core/rules.ts';
import { originOf } from '../http/schemas/phone-origin.ts';
import { createSnsSms } from '../providers/sms/sns.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { createAwsVoice } from '../providers/voice/aws-voice.ts';
import { createTwilioVoice } from '../providers/voice/twilio-voice.ts';
import { pinpointVoice, secretsManager, sns, sqs } from '../runtime/aws.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { createCapStore } from '../stores/caps.ts';
import { createCallLines } from '../stores/leases.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createPaceStore } from '../stores/paces.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createAlertQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createVerificationStore } from '../stores/verifications.ts';
import { createCircuits } from '../use-cases/circuits.ts';
import { createOptOut } from '../use-cases/opt-out.ts';
import { createSenderLimits } from '../use-cases/sender-limits.ts';
import { createConfirmPhone } from '../verification/confirm-phone.ts';
import { createSendCode } from '../verification/send-code.ts';
import type { verificationEnv } from '../verification/verification.env.ts';
import { createOptOutNews } from './opt-out-news.ts';
import { publishedCircuits } from './publishing.ts';
import { createTellUnknownCode } from './unknown-code.ts';
import { deployedWording } from './wording.ts';

interface World {
  dynamo: DynamoDBDocumentClient;
  audit: AuditLog;
  logger: Pick<Log, 'warn' | 'info'>;
  count: Count;
}

/** How many may go out at once, as for pages. */
const SENDER_BURST = 10;

/** Sending and confirming codes as deployed: the providers of texts and calls, on the table of the environment. */
export function composeVerification(env: z.output<typeof verificationEnv>, { dynamo, audit, logger, count }: World) {
  const clock = { now: Date.now };
  const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
  const [timeoutMs, unreported] = [FIXED.providerTimeout, () => undefined];
  const twilio = {
    credentials: async () => (await secret()).twilio,
    ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
    callbackUrl: unreported,
    // A code is typed into the app that asked for it.
    twoWay: [],
    timeoutMs,
  };
  const sender = { senderId: env.SNS_SENDER_ID, registered: env.SNS_SENDER_ID_CALLING_CODES };
  const chains = {
    sms: [createTwilioSms(twilio), createSnsSms({ client: sns(), ...sender, timeoutMs })],
    voice: [
      // The text says the code twice itself.
      createTwilioVoice({ ...twilio, menuUrl: unreported, times: 1 }),
      createAwsVoice({ client: pinpointVoice(), originationIdentity: env.VOICE_ORIGINATION_IDENTITY, timeoutMs }),
    ],
  };
  const stores = {
    recipients: createRecipientStore(dynamo, env.TABLE_NAME),
    verifications: createVerificationStore(dynamo, env.TABLE_NAME, clock),
    caps: createCapStore(dynamo, env.TABLE_NAME),
    optOuts: createOptOutStore(dynamo, env.TABLE_NAME),
    lines: createCallLines(dynamo, env.TABLE_NAME),
  };
  const paces = createPaceStore(dynamo, env.TABLE_NAME);
  const limitsOf = (perMinute: number) =>
    createSenderLimits(
      { store: paces, clock, pace: { interval: 60_000 / perMinute / env.TIME_SCALE, burst: SENDER_BURST } },
      2 * env.LANE_CONCURRENCY,
    );
  const circuits = createCircuits({
    store: publishedCircuits(env, clock),
    clock,
    rules: rules(env.TIME_SCALE),
    random: Math.random,
    changed(circuit, event) {
      logger.warn(`circuit ${event}`, { circuit });
      if (event === 'opened') count(METRICS.circuitOpened);
    },
  });
  const news = createOptOutNews({ logger, count, alerts: createAlertQueue(sqs(), env.ALERT_QUEUE_URL) });
  const countries = env.SMS_COUNTRIES === '*' ? ('all' as const) : new Set(env.SMS_COUNTRIES.split(','));
  return {
    sendCode: createSendCode({
      ...stores,
      optOut: createOptOut({ ...stores, audit, news, clock }),
      chains: env.CHANNELS.includes('voice') ? chains : { ...chains, voice: [] },
      limits: { sms: limitsOf(env.SMS_PER_MINUTE), voice: limitsOf(env.VOICE_PER_MINUTE) },
      circuits,
      unknownCode: createTellUnknownCode({ logger, count }),
      wording: (language) => wordingFor(language, deployedWording()),
      originOf,
      countries,
      clock,
      sleep: async (ms) => sleep(ms),
      random: Math.random,
    }),
    confirmPhone: createConfirmPhone({ ...stores, clock }),
  };
}
