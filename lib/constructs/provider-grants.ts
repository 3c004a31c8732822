import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { accept } from './accept.ts';

type Sender = IGrantable & IConstruct;

function allow(sender: Sender, action: string, service: string, resource: string, why: string): void {
  const arn = Stack.of(sender).formatArn({ service, resource, arnFormat: ArnFormat.NO_RESOURCE_NAME });
  Grant.addToPrincipal({ grantee: sender, actions: [action], resourceArns: [arn] });
  accept(sender, 'IAM5', why);
}

/** Mails through SES from any identity of this account: which one is a setting of the deployment. */
export const grantMails = (sender: Sender): void =>
  allow(sender, 'ses:SendEmail', 'ses', '*', 'Identities and configuration sets of this account, which others own.');

/** Push notifications to endpoints of this account's applications. */
export const grantPushes = (sender: Sender): void =>
  allow(sender, 'sns:Publish', 'sns', 'endpoint/*', 'Endpoints are made by the apps of people, after the deployment.');

/** Calls from any number or pool of this account. */
export const grantCalls = (sender: Sender): void =>
  allow(sender, 'sms-voice:SendVoiceMessage', 'sms-voice', '*', 'Numbers and pools of this account, which others own.');
