/** Whether calls through AWS reach everybody: the sandbox of voice, the month's limit, and the number they come from. */
import {
  DescribeAccountAttributesCommand,
  DescribePhoneNumbersCommand,
  DescribeSpendLimitsCommand,
  type PhoneNumberInformation,
  type PinpointSMSVoiceV2Client,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { Limited } from '../../core/health/ports.ts';
import { limited, type Standing, withNumbers } from './standing.ts';

interface Options {
  client: Pick<PinpointSMSVoiceV2Client, 'send'>;
  /** A number, its id or ARN; or a pool or its ARN, whose numbers are told and not looked at. */
  originationIdentity: string;
  /** For each question, milliseconds. */
  timeoutMs: number;
}

/** US dollars a month, as AWS sets it in a new account. */
const NEW_ACCOUNT_LIMIT = 1;

export function createAwsVoiceStanding({ client, originationIdentity: identity, timeoutMs }: Options): Standing {
  const within = { requestTimeout: timeoutMs };

  async function sandbox(): Promise<Limited | undefined> {
    const { AccountAttributes = [] } = await client.send(new DescribeAccountAttributesCommand({}), within);
    const tier = AccountAttributes.find(({ Name }) => Name === 'ACCOUNT_TIER')?.Value;
    const words =
      'AWS calls verified numbers only, 20 times a day. Leave the sandbox for voice: docs/deploy.md, "Calls"';
    return tier === 'SANDBOX' ? limited('sandbox', words) : undefined;
  }

  async function spendLimit(): Promise<Limited | undefined> {
    const { SpendLimits = [] } = await client.send(new DescribeSpendLimitsCommand({}), within);
    const limit = SpendLimits.find(({ Name }) => Name === 'VOICE_MESSAGE_MONTHLY_SPEND_LIMIT')?.EnforcedLimit;
    if (limit === undefined || limit > NEW_ACCOUNT_LIMIT) return undefined;
    return limited(
      'spend_limit',
      `AWS stops at $${limit} of calls a month. Ask for a higher limit: docs/deploy.md, "Calls"`,
    );
  }

  const isPool = /^(pool-|arn:[^:]*:[^:]*:[^:]*:[^:]*:pool\/)/.test(identity);
  const isOurs = (one: PhoneNumberInformation) =>
    isPool
      ? one.PoolId !== undefined && one.PoolId === identity.split('/').at(-1)
      : [one.PhoneNumber, one.PhoneNumberId, one.PhoneNumberArn].includes(identity);

  async function ourNumbers(): Promise<PhoneNumberInformation[]> {
    const { PhoneNumbers = [] } = await client.send(new DescribePhoneNumbersCommand({}), within);
    return PhoneNumbers.filter(isOurs);
  }

  async function number(listed: () => Promise<readonly PhoneNumberInformation[]>): Promise<Limited | undefined> {
    if (isPool) return undefined;
    const [ours] = await listed();
    if (ours?.Status === 'ACTIVE' && ours.NumberCapabilities?.includes('VOICE')) return undefined;
    const why = !ours ? 'is no number of this account and region' : 'is not active or cannot call';
    return limited('number_not_ready', `voiceOriginationIdentity ${why}: docs/deploy.md, "Calls"`);
  }

  return () => withNumbers(ourNumbers, ({ PhoneNumber }) => PhoneNumber, sandbox, spendLimit, number);
}
