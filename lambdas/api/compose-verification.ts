import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import type { AuditLog } from '../core/ports.ts';
import { FIXED, rules } from '../core/rules.ts';
import { createCircuits } from '../operations/circuits.ts';
import { createConfirmPhone } from '../operations/confirm-phone.ts';
import { createOptOut } from '../operations/opt-out.ts';
import { createSendCode } from '../operations/send-code.ts';
import { createSnsSms } from '../providers/sms/sns.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { secretsManager, sns, sqs } from '../runtime/aws.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { createOptOutNews } from '../runtime/opt-out-news.ts';
import { originOf } from '../runtime/schemas/phone-origin.ts';
import { createCapStore } from '../stores/caps.ts';
import { createCircuitStore } from '../stores/circuits.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createAlertQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createVerificationStore } from '../stores/verifications.ts';
import type { verificationEnv } from './verification.env.ts';

interface World {
  dynamo: DynamoDBDocumentClient;
  audit: AuditLog;
  logger: Pick<Log, 'warn' | 'info'>;
  count: Count;
}

/** Sending and confirming codes as deployed: the providers of the sms channel, on the table of the environment. */
export function composeVerification(env: z.output<typeof verificationEnv>, { dynamo, audit, logger, count }: World) {
  const clock = { now: Date.now };
  const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
  const twilio = createTwilioSms({
    credentials: async () => (await secret()).twilio,
    ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
    callbackUrl: () => undefined,
    timeoutMs: FIXED.providerTimeout,
  });
  const standby = createSnsSms({ client: sns(), senderId: env.SNS_SENDER_ID, timeoutMs: FIXED.providerTimeout });
  const stores = {
    recipients: createRecipientStore(dynamo, env.TABLE_NAME),
    verifications: createVerificationStore(dynamo, env.TABLE_NAME, clock),
    caps: createCapStore(dynamo, env.TABLE_NAME),
    optOuts: createOptOutStore(dynamo, env.TABLE_NAME),
  };
  const circuits = createCircuits({
    // Untold, unlike all others: the client of the event bus would take the bundle past its budget (docs/events.md).
    store: createCircuitStore(dynamo, env.TABLE_NAME),
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
      chain: [twilio, standby],
      circuits,
      originOf,
      countries,
      clock,
      random: Math.random,
    }),
    confirmPhone: createConfirmPhone({ ...stores, clock }),
  };
}
