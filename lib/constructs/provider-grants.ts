import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { acknowledgeNagFinding } from './acknowledge-nag-finding.ts';

type Sender = IGrantable & IConstruct & { role?: IRole };

function allow(sender: Sender, actions: string | string[], service: string, resource: string, why: string): void {
  const arn = Stack.of(sender).formatArn({ service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
  Grant.addToPrincipal({ grantee: sender, actions: [actions].flat(), resourceArns: [arn] });
  const shown = `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}`;
  acknowledgeNagFinding(sender.role ?? sender, `IAM5[Resource::${shown}]`, why);
}

/** Mails through SES from any identity of this account: which one is a setting of the deployment. */
export const grantMails = (sender: Sender): void =>
  allow(
    sender,
    'ses:SendEmail',
    'ses',
    '*',
    'Which identity and configuration set mails use is a setting, and both may belong to somebody else in the account.',
  );

/** Push notifications to endpoints of this account's applications. */
export const grantPushes = (sender: Sender): void =>
  allow(
    sender,
    'sns:Publish',
    'sns',
    'endpoint/*',
    'Endpoints are made by the apps on the phones of people, long after the deployment, and have no common name.',
  );

/** Tries of push endpoints that SNS has disabled: looks at one, enables it, and sends it what shows nothing. */
export const grantEndpointTries = (sender: Sender): void =>
  allow(
    sender,
    ['sns:GetEndpointAttributes', 'sns:SetEndpointAttributes', 'sns:Publish'],
    'sns',
    'endpoint/*',
    'Endpoints are made by the apps on the phones of people, long after the deployment, and have no common name.',
  );

/** Calls from any number or pool of this account. */
export const grantCalls = (sender: Sender): void =>
  allow(
    sender,
    'sms-voice:SendVoiceMessage',
    'sms-voice',
    '*',
    'Which number or pool calls come from is a setting, and both may belong to somebody else in the account.',
  );
