/**
 * Whether AWS End User Messaging would take our calls: its answer to a question about this account and region. It cannot
 * say more: whether the month's budget is spent or a number is allowed shows only when calling.
 */
import { DescribeAccountAttributesCommand, type PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { CheckResult, ProviderCheck } from '../../core/health/ports.ts';
import { classifyAws } from './aws-errors.ts';

export interface AwsVoiceCheckOptions {
  /** Tries once, and speaks through `awsHttp`: see `pinpointVoice()` in composition/aws/clients.ts. */
  client: Pick<PinpointSMSVoiceV2Client, 'send'>;
  /** As for `createAwsVoice`; without one nothing is asked. */
  originationIdentity: string;
  /** For the whole request, milliseconds. */
  timeoutMs: number;
}

/** Not allowed to ask, or not so often: calling has permissions and limits of its own. */
const SAYS_NOTHING = /^(AccessDenied|Throttling)$/;

/** Makes the check of the voice channel through AWS. It never throws. */
export function createAwsVoiceCheck({ client, originationIdentity, timeoutMs }: AwsVoiceCheckOptions): ProviderCheck {
  async function check(): Promise<CheckResult> {
    if (originationIdentity === '') return { finding: 'unknown', message: 'no calling number is set up' };
    try {
      const answer = await client.send(new DescribeAccountAttributesCommand({}), { requestTimeout: timeoutMs });
      if (answer.AccountAttributes) return { finding: 'ok' };
      throw Object.assign(new Error(), { $response: { statusCode: 200 } });
    } catch (error) {
      const fault = classifyAws(error);
      if (SAYS_NOTHING.test(fault.code) || fault.code === 'credentials_unavailable') {
        return { finding: 'unknown', message: `not answered: ${fault.code}` };
      }
      return { finding: 'failing', fault };
    }
  }
  return { provider: 'aws-voice', channel: 'voice', check };
}
