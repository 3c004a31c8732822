/**
 * A push endpoint that SNS has disabled, because Apple or Google refused its token. The same ARN works again when the app
 * gives its token anew, or when the refusal was a mistake, such as a certificate of the wrong environment.
 * https://docs.aws.amazon.com/sns/latest/dg/mobile-platform-endpoint.html
 */
import {
  GetEndpointAttributesCommand,
  PublishCommand,
  SetEndpointAttributesCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import { awsError } from '../aws-error.ts';

/** Wakes the app for an instant and shows nothing: Apple's background notification, and FCM's message of data alone. */
const SILENT = {
  default: '{}',
  GCM: JSON.stringify({ fcmV1Message: { message: { data: { lifeline: 'probe' } } } }),
  APNS: JSON.stringify({ aps: { 'content-available': 1 }, lifeline: 'probe' }),
  APNS_SANDBOX: JSON.stringify({ aps: { 'content-available': 1 }, lifeline: 'probe' }),
};
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
/** Apple refuses a background notification of any other type or of a higher priority. */
const BACKGROUND = {
  'AWS.SNS.MOBILE.APNS.PUSH_TYPE': text('background'),
  'AWS.SNS.MOBILE.APNS.PRIORITY': text('5'),
};

/** `gone`: deleted for good, or of another account. */
export type EndpointState = 'enabled' | 'disabled' | 'gone';

export interface PushEndpoints {
  /** Throws when SNS cannot be asked. */
  look(arn: string): Promise<EndpointState>;
  /**
   * Enables the endpoint and sends it a notification that shows nothing: where the token is dead, SNS learns it from that
   * and disables the endpoint again within seconds. Throws when SNS does not do it.
   */
  tryAgain(arn: string): Promise<void>;
}

/** @param timeoutMs for each call */
export function createPushEndpoints(client: Pick<SNSClient, 'send'>, timeoutMs: number): PushEndpoints {
  const options = { requestTimeout: timeoutMs };
  return {
    async look(arn) {
      try {
        const { Attributes } = await client.send(new GetEndpointAttributesCommand({ EndpointArn: arn }), options);
        return Attributes?.Enabled === 'true' ? 'enabled' : 'disabled';
      } catch (error) {
        const found = awsError(error);
        const name = 'refusal' in found ? (found.refusal.code ?? found.refusal.name) : undefined;
        if (name !== undefined && /^(NotFound|InvalidParameter|AuthorizationError)(Exception)?$/.test(name))
          return 'gone';
        throw error;
      }
    },
    async tryAgain(arn) {
      const enable = { EndpointArn: arn, Attributes: { Enabled: 'true' } };
      await client.send(new SetEndpointAttributesCommand(enable), options);
      const probe = {
        TargetArn: arn,
        Message: JSON.stringify(SILENT),
        MessageStructure: 'json',
        MessageAttributes: BACKGROUND,
      };
      await client.send(new PublishCommand(probe), options);
    },
  };
}
