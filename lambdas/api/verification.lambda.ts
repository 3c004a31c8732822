import { FIXED } from '../core/rules.ts';
import { createConfirmPhone } from '../operations/confirm-phone.ts';
import { createSendCode } from '../operations/send-code.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { apiHandler } from '../runtime/api-handler.ts';
import { dynamo, secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { originOf } from '../runtime/schemas/phone.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createCapStore } from '../stores/caps.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createVerificationStore } from '../stores/verifications.ts';
import { verificationEnv } from './verification.env.ts';
import { createConfirmVerification, createSendVerification } from './verification.ts';

const env = parseEnv(verificationEnv);
const [logger, count] = [createLogger('verification'), createCount('verification')];
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const stores = {
  recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
  verifications: createVerificationStore(dynamo(), env.TABLE_NAME),
  caps: createCapStore(dynamo(), env.TABLE_NAME),
};
const twilio = createTwilioSms({
  credentials: async () => (await secret()).twilio,
  ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
  callbackUrl: () => undefined,
  timeoutMs: FIXED.providerTimeout,
});
const countries = env.SMS_COUNTRIES === '*' ? 'all' : new Set(env.SMS_COUNTRIES.split(','));
const deps = {
  sendCode: createSendCode({ ...stores, chain: [twilio], originOf, countries, clock }),
  confirmPhone: createConfirmPhone({ ...stores, clock }),
  audit: createAuditLog(dynamo(), env.TABLE_NAME),
  clock,
  logger,
  count,
};

export const handler = apiHandler(
  { sendVerification: createSendVerification(deps), confirmVerification: createConfirmVerification(deps) },
  { logger, count },
);
