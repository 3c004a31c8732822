import * as z from 'zod';

export const verificationEnv = z.object({
  TABLE_NAME: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Sender of texts through SNS, where the country allows one. */
  SNS_SENDER_ID: z.string(),
  /** Comma list of ISO country codes, or `*`. */
  SMS_COUNTRIES: z.string(),
  /** Another base for Twilio's API; empty means Twilio's own. */
  TWILIO_API_URL: z.string().default(''),
  /** 1 in AWS. For the circuits; nothing about codes is scaled. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
