import * as z from 'zod';
import type { VerificationCode, VerificationRequest } from '../api.gen.ts';
import { describes } from './describes.ts';

/** Body of POST /recipients/{id}/phone/verification. */
export const verificationRequestSchema = describes<VerificationRequest>()(
  z.strictObject({ via: z.enum(['sms', 'voice']) }),
);

/** Body of …/confirm. What is not six digits was mistyped and costs no try. */
export const verificationCodeSchema = describes<VerificationCode>()(
  z.strictObject({ code: z.string().regex(/^[0-9]{6}$/, 'must be the six digits of the text') }),
);
