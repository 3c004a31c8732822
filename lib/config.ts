import type { App } from 'aws-cdk-lib';
import * as z from 'zod';

/**
 * What a deployment can set, as CDK context: `npx cdk deploy --all -c issuer=https://…`. All optional. README, "Deploy",
 * explains each.
 */
const schema = z.strictObject({
  /** OIDC issuer whose access tokens are accepted instead of the Cognito user pool that Lifeline brings. */
  issuer: z.url({ protocol: /^https$/ }).optional(),
  /** Where the issuer's keys are; default `<issuer>/.well-known/jwks.json`. */
  jwksUri: z.url({ protocol: /^https$/ }).optional(),
  /** `aud` that tokens of that issuer must have. */
  audience: z.string().min(1).optional(),
  /** Comma list of `client_id`s that are let in; default all of that issuer. */
  clientIds: z.string().min(1).optional(),
  /** Prefix of the Cognito token endpoint, unique per region; default `lifeline-<account>`. */
  authDomainPrefix: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and hyphens')
    .optional(),
  /** SNS topic that alarms are sent to. Without it they only change colour in CloudWatch. */
  alarmTopicArn: z.string().startsWith('arn:').optional(),
  /** How many SMS batches run at once, per lane. */
  smsConcurrency: z.coerce.number().int().min(2).max(1_000).default(20),
});

export type Config = z.output<typeof schema>;

/** Reads and checks the settings. An issuer of your own needs at least an audience or client ids to tell its tokens apart. */
export function readConfig(app: App): Config {
  const given = Object.keys(schema.shape).map((name) => [name, app.node.tryGetContext(name) as unknown]);
  const parsed = schema.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (!parsed.success) throw new Error(`Deployment settings (-c name=value): ${z.prettifyError(parsed.error)}`);
  const { issuer, audience, clientIds } = parsed.data;
  if (issuer && !audience && !clientIds) {
    throw new Error(
      'Deployment settings: an issuer of your own needs audience or clientIds, or any of its tokens would do.',
    );
  }
  return parsed.data;
}
