import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { answerEnv } from '../lambdas/api/answer.env.ts';
import { dispatchEnv } from '../lambdas/api/dispatch.env.ts';
import { healthEnv } from '../lambdas/api/health.env.ts';
import { readEnv } from '../lambdas/api/read.env.ts';
import { recipientsEnv } from '../lambdas/api/recipients.env.ts';
import { authorizerEnv } from '../lambdas/authorizer/authorizer.env.ts';
import { twilioSmsStatusEnv } from '../lambdas/receipts/twilio-sms-status.env.ts';
import { Fn } from './constructs/fn.ts';
import { LifelineApi } from './constructs/rest-api.ts';
import type { DataStack } from './data-stack.ts';

/** The REST API, the functions behind it, and what each of them may touch. */
export class ApiStack extends Stack {
  readonly publicBaseUrl: string;

  constructor(scope: Construct, id: string, { data, ...props }: StackProps & { data: DataStack }) {
    super(scope, id, props);
    const { table, sms, stops, identity, providerSecret } = data;
    const TABLE_NAME = table.tableName;
    const lanes = { SMS_URGENT_QUEUE_URL: sms.urgent.queueUrl, SMS_NORMAL_QUEUE_URL: sms.normal.queueUrl };

    const authorizer = new Fn(this, 'Authorizer', {
      entry: 'authorizer/authorizer',
      description: 'Checks the JWT and turns groups into scopes',
      env: authorizerEnv,
      environment: {
        ISSUER: identity.issuer,
        JWKS_URI: identity.jwksUri,
        AUDIENCE: identity.audience,
        CLIENT_IDS: identity.clientIds,
      },
    });
    const rest = new LifelineApi(this, 'Api', { authorizer });
    this.publicBaseUrl = rest.publicBaseUrl;

    const dispatch = new Fn(this, 'Dispatch', {
      entry: 'api/dispatch',
      description: 'POST /notifications: accepts a page and queues its first tier',
      env: dispatchEnv,
      environment: { TABLE_NAME, ...lanes, STOP_QUEUE_URL: stops.queueUrl },
    });
    table.grant(dispatch, ...READ_PAGES, 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    for (const queue of [sms.urgent, sms.normal, stops]) queue.grantSendMessages(dispatch);

    const read = new Fn(this, 'Read', {
      entry: 'api/read',
      description: 'Reads pages and deliveries',
      env: readEnv,
      environment: { TABLE_NAME },
    });
    table.grant(read, ...READ_PAGES);

    const answer = new Fn(this, 'Answer', {
      entry: 'api/answer',
      description: 'Acknowledges and resolves pages and incidents',
      env: answerEnv,
      environment: { TABLE_NAME, STOP_QUEUE_URL: stops.queueUrl },
    });
    table.grant(answer, ...READ_PAGES, 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    stops.grantSendMessages(answer);

    const recipients = new Fn(this, 'Recipients', {
      entry: 'api/recipients',
      description: 'Recipients: contact points and preferences',
      env: recipientsEnv,
      environment: { TABLE_NAME },
    });
    table.grant(recipients, ...READ_PAGES, 'dynamodb:PutItem', 'dynamodb:DeleteItem');

    const health = new Fn(this, 'Health', {
      entry: 'api/health',
      description: 'GET /health: can pages be accepted and sent',
      env: healthEnv,
      environment: { TABLE_NAME, ...lanes },
    });
    table.grant(health, 'dynamodb:GetItem');
    for (const queue of [sms.urgent, sms.normal]) queue.grant(health, 'sqs:GetQueueAttributes');

    const smsStatus = new Fn(this, 'TwilioSmsStatus', {
      entry: 'receipts/twilio-sms-status',
      description: 'Twilio status callbacks of texts',
      env: twilioSmsStatusEnv,
      environment: { TABLE_NAME, PROVIDER_SECRET_ID: providerSecret.secretArn, PUBLIC_BASE_URL: this.publicBaseUrl },
    });
    table.grant(smsStatus, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    providerSecret.grantRead(smsStatus);

    rest.route({
      dispatchNotification: dispatch,
      listNotifications: read,
      getNotification: read,
      listIncidentDeliveries: read,
      acknowledgeNotification: answer,
      resolveNotification: answer,
      acknowledgeIncident: answer,
      resolveIncident: answer,
      listRecipients: recipients,
      getRecipient: recipients,
      putRecipient: recipients,
      deleteRecipient: recipients,
      getHealth: health,
      receiveTwilioSmsStatus: smsStatus,
    });
    new CfnOutput(this, 'ApiUrl', { value: this.publicBaseUrl });
  }
}

const READ_PAGES = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
