/** Whether texts through SNS reach everybody: its sandbox, its monthly limit, and the numbers that it may send from. */
import {
  DescribePhoneNumbersCommand,
  GetResourcePolicyCommand,
  type PhoneNumberInformation,
  type PinpointSMSVoiceV2Client,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { GetSMSAttributesCommand, GetSMSSandboxAccountStatusCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Limited } from '../../core/health/ports.ts';
import { limited, type Standing, withNumbers } from './standing.ts';

interface Options {
  sns: Pick<SNSClient, 'send'>;
  /** Numbers and their policies belong to AWS End User Messaging. */
  numbers: Pick<PinpointSMSVoiceV2Client, 'send'>;
  /** Countries of the recipients, as ISO codes; `*` for all. */
  countries: string;
  /** For each question, milliseconds. */
  timeoutMs: number;
}

/** US dollars a month, as AWS sets it in a new account: some 150 texts. */
const NEW_ACCOUNT_LIMIT = 1;
/** Countries that have no sender ids, so that texts there need a number. */
const NEED_A_NUMBER = ['US', 'CA', 'PR'];
/** Whoever sends with the number on behalf of SNS. */
const SNS = 'sns.amazonaws.com';

export function createSnsStanding({ sns, numbers, countries, timeoutMs }: Options): Standing {
  const within = { requestTimeout: timeoutMs };

  async function sandbox(): Promise<Limited | undefined> {
    const { IsInSandbox } = await sns.send(new GetSMSSandboxAccountStatusCommand({}), within);
    const words = 'SNS texts verified numbers only. Leave the SMS sandbox: docs/deploy.md, "Texts"';
    return IsInSandbox ? limited('sandbox', words) : undefined;
  }

  async function spendLimit(): Promise<Limited | undefined> {
    const { attributes } = await sns.send(new GetSMSAttributesCommand({}), within);
    const limit = Number(attributes?.MonthlySpendLimit ?? NEW_ACCOUNT_LIMIT);
    if (limit > NEW_ACCOUNT_LIMIT) return undefined;
    return limited(
      'spend_limit',
      `SNS stops at $${limit} of texts a month. Ask for a higher limit: docs/deploy.md, "Texts"`,
    );
  }

  async function textingNumbers(): Promise<PhoneNumberInformation[]> {
    const { PhoneNumbers = [] } = await numbers.send(new DescribePhoneNumbersCommand({}), within);
    return PhoneNumbers.filter(({ NumberCapabilities, Status }) => {
      return Status === 'ACTIVE' && NumberCapabilities?.includes('SMS');
    });
  }

  async function senders(listed: () => Promise<readonly PhoneNumberInformation[]>): Promise<Limited | undefined> {
    const texting = await listed();
    if (texting.length === 0) return needsNumber() ? limited('no_origination_identity', NO_NUMBER) : undefined;
    for (const { PhoneNumberArn } of texting) {
      const { Policy } = await numbers.send(new GetResourcePolicyCommand({ ResourceArn: PhoneNumberArn }), within);
      if (Policy?.includes(SNS)) return undefined;
    }
    return limited('no_resource_policy', NO_POLICY);
  }

  const needsNumber = () => {
    const wanted = countries.split(',').map((country) => country.trim().toUpperCase());
    return wanted.some((country) => country === '*' || NEED_A_NUMBER.includes(country));
  };

  return () => withNumbers(textingNumbers, ({ PhoneNumber }) => PhoneNumber, sandbox, spendLimit, senders);
}

const NO_NUMBER =
  'SNS has no number that can text, so nobody in the USA or Canada gets one. Get one: docs/deploy.md, "Texts"';
const NO_POLICY =
  'No number of AWS End User Messaging lets SNS send with it. Give it a resource policy: docs/deploy.md, "Texts"';
