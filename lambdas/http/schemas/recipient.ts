import * as z from 'zod';
import { CHANNELS } from '../../core/page/page.ts';
import { parsePushEndpoint } from '../../core/recipient/push-endpoint.ts';
import { isLoopbackUrl, isTeamsWebhook } from '../../core/recipient/teams-url.ts';
import { timeZoneRefusal } from '../../core/recipient/timezone.ts';
import type { RecipientInput as Described } from '../api.gen.ts';
import { describes } from './describes.ts';
import { toMailAddress } from './email.ts';
import { toE164 } from './phone.ts';
import { line, recipientId, unique } from './text.ts';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day like 22:00');

const quietHours = z
  .strictObject({
    from: timeOfDay,
    to: timeOfDay,
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .min(1)
      .max(7)
      .refine(unique, 'must not name a day twice')
      .exactOptional(),
  })
  .refine(({ from, to }) => from !== to, { error: 'must differ from "from"', path: ['to'] });

const phone = z
  .string()
  .max(32)
  .transform((value, context) => {
    const result = toE164(value);
    if ('phone' in result) return result.phone;
    context.addIssue(result.refused);
    return z.NEVER;
  });

const email = z.string().transform((value, context) => {
  const result = toMailAddress(value);
  if ('email' in result) return result.email;
  context.addIssue(result.refused);
  return z.NEVER;
});

/** Posted to from inside, so only where workflows live; on this machine only for the local run and its simulators. */
const webhookUrl = (loopback: boolean) =>
  line(2048).refine(
    (value) => isTeamsWebhook(value) || (loopback && isLoopbackUrl(value)),
    'must be the https URL of a Teams workflow, on logic.azure.com or environment.api.powerplatform.com',
  );

const pushEndpoint = z
  .string()
  .max(512)
  .refine((value) => parsePushEndpoint(value) !== undefined, {
    error: 'must be the ARN of an SNS endpoint like arn:aws:sns:eu-west-1:123456789012:endpoint/GCM/app/id',
  });

const timezone = z
  .string()
  .max(64)
  .superRefine((value, context) => {
    const refused = timeZoneRefusal(value);
    if (refused !== undefined) context.addIssue(refused);
  });

/**
 * Body of PUT /recipients/{id}; phones come out as E.164. `id`, `phoneVerified` and `smsSuppressed` are as given: the
 * handler compares them with the path, the stored record and the caller's scopes.
 */
const schemaWith = (webhook: { loopback: boolean }) =>
  describes<Described>()(
    z
      .strictObject({
        id: recipientId.exactOptional(),
        name: line(200),
        email: email.exactOptional(),
        phone: phone.exactOptional(),
        phoneVerified: z.boolean().exactOptional(),
        verifiedPhone: phone.nullable().exactOptional(),
        smsSuppressed: z.boolean().exactOptional(),
        slackUserId: z
          .string()
          .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be a Slack user id like U0123ABCD')
          .exactOptional(),
        teamsWebhookUrl: webhookUrl(webhook.loopback).nullable().exactOptional(),
        pushEndpoints: z.array(pushEndpoint).max(10).refine(unique, 'must not name an endpoint twice').exactOptional(),
        timezone: timezone.exactOptional(),
        quietHours: quietHours.exactOptional(),
        language: z.string().max(35).refine(isLanguage, 'must be a language tag like en or pt-BR').exactOptional(),
        /** As it was read; Lifeline alone marks and mends. */
        brokenContacts: z.array(z.unknown()).max(20).exactOptional(),
        preferences: z
          .array(z.strictObject({ channel: z.enum(CHANNELS), enabled: z.boolean() }))
          .max(CHANNELS.length)
          .refine((list) => unique(list.map(({ channel }) => channel)), 'must not name a channel twice')
          .default([]),
      })
      .refine(({ quietHours, timezone }) => quietHours === undefined || timezone !== undefined, {
        error: 'is required with quietHours',
        path: ['timezone'],
      }),
  );

export const recipientSchema = schemaWith({ loopback: false });
/** For the local run: a webhook may be on this machine. */
export const localRecipientSchema = schemaWith({ loopback: true });

export type RecipientInput = z.output<typeof recipientSchema>;

function isLanguage(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}
