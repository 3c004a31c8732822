import { FIXED } from '../../../core/rules.ts';
import { senderFrom } from '../../../providers/email/sender.ts';
import { createSendGrid } from '../../../providers/email/sendgrid.ts';
import { createSes } from '../../../providers/email/ses.ts';
import { sesv2 } from '../clients.ts';
import type { Secrets } from '../secrets.ts';
import { base } from './base.ts';

const timeoutMs = FIXED.providerTimeout;

export const sendGrid = (env: { EMAIL_FROM: string; SENDGRID_API_URL: string }, { sendgrid }: Secrets) =>
  createSendGrid({
    credentials: sendgrid,
    ...base(env.SENDGRID_API_URL),
    from: senderFrom(env.EMAIL_FROM),
    timeoutMs,
  });

export const ses = (env: { EMAIL_FROM: string; SES_CONFIGURATION_SET: string }) =>
  createSes({
    client: sesv2(),
    from: senderFrom(env.EMAIL_FROM),
    timeoutMs,
    ...(env.SES_CONFIGURATION_SET && { configurationSet: env.SES_CONFIGURATION_SET }),
  });
