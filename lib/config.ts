import type { App } from 'aws-cdk-lib';
import { isSupportedCountry } from 'libphonenumber-js/min';
import * as z from 'zod';
import { CHANNELS } from '../lambdas/core/page/page.ts';
import { callingCodesOf } from './calling-codes.ts';
import { readWording } from './wording.ts';

/** ISO country codes as people write them, as a comma list of the countries' calling codes. */
const callingCodes = z
  .string()
  .transform((list) => list.replaceAll(' ', '').toUpperCase())
  .refine((list) => list === '' || list.split(',').every((code) => isSupportedCountry(code)), {
    error: 'must be ISO country codes like US,CA,DE',
  })
  .transform(callingCodesOf);

const https = z.url({ protocol: /^https$/, error: 'must be an https:// URL' });

/**
 * What a deployment can set, as CDK context: `npx cdk deploy --all -c issuer=https://…`. All optional;
 * docs/deploy.md explains each.
 */
const schema = z
  .strictObject({
    /** OIDC issuer whose access tokens are accepted instead of those of the Cognito user pool that Lifeline brings. */
    issuer: https.optional(),
    /** Where the issuer's keys are; default `<issuer>/.well-known/jwks.json`. */
    jwksUri: https.optional(),
    /** `aud` that tokens of that issuer must have. */
    audience: z.string().min(1).optional(),
    /** Comma list of `client_id`s that are let in: all of them with an issuer of your own, more of them with ours. */
    clientIds: z.string().min(1).optional(),
    /** Prefix of the Cognito token endpoint, unique per region; default `lifeline-<account>`. */
    authDomainPrefix: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens, at most 63')
      .refine((prefix) => !/aws|amazon|cognito/.test(prefix), 'must not contain aws, amazon or cognito')
      .optional(),
    /** SNS topic that alarms are sent to. Without it they only change colour in CloudWatch. */
    alarmTopicArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/, 'must be the ARN of an SNS topic')
      .optional(),
    /** Countries that verification codes are sent to, `US,CA,DE`; pages go to verified phones anywhere. */
    smsCountries: z
      .string()
      .transform((list) => list.replaceAll(' ', '').toUpperCase())
      .refine((list) => list === '*' || list.split(',').every((code) => isSupportedCountry(code)), {
        error: 'must be * or ISO country codes like US,CA,DE',
      })
      .default('*'),
    /** Countries beside that of our own number where replies to our texts come back; a messaging service needs each one. */
    twoWayCountries: callingCodes.default(''),
    /** Sender of texts through SNS, where the country allows one: 1 to 11 letters and digits; empty for none. */
    snsSenderId: z
      .string()
      .regex(
        /^(?:(?=.*[A-Za-z])[A-Za-z0-9]{1,11})?$/,
        'must be 1 to 11 letters and digits with at least one letter, or empty',
      )
      .default('OnCall'),
    /** Countries that ask for registered sender ids and have registered this one. Without it texts go there without an id. */
    senderIdCountries: callingCodes.default(''),
    /** `existing` where SNS has logged deliveries of texts in this account and region before, so that its logs are there. */
    snsLogGroups: z.literal('existing').optional(),
    /** Comma list of the channels that pages may take: leave out what you have no provider for. */
    channels: z
      .string()
      .transform((list) => list.replaceAll(' ', '').split(','))
      .pipe(z.array(z.enum(CHANNELS)).min(1))
      .default([...CHANNELS]),
    /** Comma list of `https://` URLs that every event is posted to, signed (docs/events.md). */
    webhookUrls: z
      .string()
      // A URL may have commas of its own.
      .transform((list) => list.trim().split(/\s*,\s*(?=https?:)/))
      .pipe(z.array(https).min(1).max(10))
      .default([]),
    /** How many batches run at once, per channel and lane. 2 and 1,000 are the limits of SQS event sources. */
    laneConcurrency: z.coerce.number().int().min(2).max(1_000).default(20),
    /** What one sender of a channel may send in a minute where that is not 100: `sms=600,email=1000`. */
    senderRates: z
      .string()
      .regex(/^\s*[a-z]+\s*=\s*\d+\s*(,\s*[a-z]+\s*=\s*\d+\s*)*$/, 'must look like sms=600,email=1000')
      .transform((list) =>
        Object.fromEntries(
          list
            .replaceAll(/\s/g, '')
            .split(',')
            .map((pair) => pair.split('=')),
        ),
      )
      .pipe(z.partialRecord(z.enum(CHANNELS), z.coerce.number().int().min(1).max(100_000)))
      .default({}),
    /** How many pages to one person may begin with texts, or with calls, in an hour; CRITICAL ones are not counted. */
    hourlyCap: z.coerce.number().int().min(1).max(10_000).default(100),
    /** Sender of e-mails, verified with SendGrid and SES: `Lifeline <pages@example.com>`. */
    emailFrom: z
      .string()
      .regex(/^[^<>"\r\n]{1,64} <[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>$/, 'must look like Lifeline <pages@example.com>')
      .optional(),
    /** Comma list of the recipients who are paged when pages fail or stay unanswered: `usr_ops,usr_lead`. */
    operationsRecipients: z
      .string()
      .transform((list) => list.replaceAll(' ', ''))
      .refine((list) => list.split(',').every((id) => /^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}$/.test(id)), {
        error: 'must be ids of recipients like usr_ops,usr_lead',
      })
      .default(''),
    /** JSON file of a deployment's own words by language, from the project's folder. Bundles have them built in. */
    wording: z
      .string()
      .min(1)
      .superRefine((path, issues) => {
        try {
          readWording(path);
        } catch (error) {
          issues.addIssue((error as Error).message);
        }
      })
      .optional(),
    /** Number, id or pool of AWS End User Messaging that standby calls come from. */
    voiceOriginationIdentity: z.string().min(1).optional(),
  })
  .refine((c) => !c.issuer || c.audience || c.clientIds, {
    path: ['issuer'],
    error: 'needs audience or clientIds beside it, or any token of that issuer would do',
  })
  .refine((c) => c.issuer || !c.jwksUri, { path: ['jwksUri'], error: 'belongs to an issuer of your own' })
  // Cognito's access tokens have no `aud`: asked for one, the authorizer would refuse every token.
  .refine((c) => c.issuer || !c.audience, { path: ['audience'], error: 'belongs to an issuer of your own' });

export type Config = z.output<typeof schema>;

/** Reads and checks the settings; the error names each wrong one. A misspelt setting is an error, not a default. */
export function readConfig(app: App): Config {
  const context: Record<string, unknown> = app.node.getAllContext();
  // CDK's own context has a colon, an @ or a hyphen in its names; ours are plain words.
  const settings = Object.entries(context).filter(([name]) => /^[a-z]+$/i.test(name));
  const parsed = schema.safeParse(Object.fromEntries(settings));
  if (!parsed.success) throw new Error(`Deployment settings (-c name=value):\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
