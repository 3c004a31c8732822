import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { recipientsEnv } from '../lambdas/api/recipients.env.ts';
import type { Config } from './config.ts';
import { ApiAlarms } from './constructs/api-alarms.ts';
import { DeadLetters } from './constructs/dead-letters.ts';
import type { DurableQueue } from './constructs/durable-queue.ts';
import { Fn } from './constructs/fn.ts';
import { JwtAuthorizer } from './constructs/jwt-authorizer.ts';
import { MaintenanceWindows } from './constructs/maintenance-windows.ts';
import { OperationsApi } from './constructs/operations-api.ts';
import { PagesApi } from './constructs/pages-api.ts';
import { PhoneVerification } from './constructs/phone-verification.ts';
import { Answers } from './constructs/replies.ts';
import { LifelineApi } from './constructs/rest-api.ts';
import { SendGridEvents } from './constructs/sendgrid-events.ts';
import { TwilioCallbacks } from './constructs/twilio-callbacks.ts';
import type { DataStack } from './data-stack.ts';

interface Props extends StackProps {
  config: Config;
  data: DataStack;
}

/** The REST API, the functions behind it, and what each of them may touch. */
export class ApiStack extends Stack {
  readonly publicBaseUrl: string;
  readonly redrives: DurableQueue;

  constructor(scope: Construct, id: string, { config, data, ...props }: Props) {
    super(scope, id, props);
    const { table, identity } = data;
    const TABLE_NAME = table.tableName;

    const api = new LifelineApi(this, 'Api', new JwtAuthorizer(this, 'Authorizer', { identity }));
    this.publicBaseUrl = api.publicBaseUrl;

    const { dispatch, read } = new PagesApi(this, 'Pages', { data });
    const recipients = new Fn(this, 'Recipients', {
      entry: 'api/recipients',
      description: 'Recipients: contact points and preferences',
      env: recipientsEnv,
      environment: { TABLE_NAME, RELEASE_QUEUE_URL: data.suppression.releases.queueUrl, TEAMS_API_URL: '' },
    });
    table.grantItems(recipients, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.grantQuery(recipients, 'items', 'byRecipient');
    data.suppression.releases.grant(recipients, 'sqs:SendMessage');

    const operations = new OperationsApi(this, 'Operations', { config, data });
    const deadLetters = new DeadLetters(this, 'Letters', { config, data });
    this.redrives = deadLetters.redrives;
    const verification = new PhoneVerification(this, 'Phone', { config, data }).fn;
    const answers = new Answers(this, 'Answers', { data, publicBaseUrl: api.publicBaseUrl });
    const twilio = new TwilioCallbacks(this, 'Twilio', { data, publicBaseUrl: api.publicBaseUrl });
    const windows = new MaintenanceWindows(this, 'Windows', { data }).fn;
    const sendGrid = new SendGridEvents(this, 'SendGrid', { data });
    api.route({
      dispatchNotification: dispatch,
      dispatchBatch: dispatch,
      planNotification: dispatch,
      retryNotification: dispatch,
      testRecipient: dispatch,
      listNotifications: read,
      getNotification: read,
      listIncidentDeliveries: read,
      acknowledgeNotification: answers.api,
      resolveNotification: answers.api,
      acknowledgeIncident: answers.api,
      resolveIncident: answers.api,
      listRecipients: recipients,
      getRecipient: recipients,
      putRecipient: recipients,
      deleteRecipient: recipients,
      sendVerification: verification,
      confirmVerification: verification,
      listMaintenanceWindows: windows,
      getMaintenanceWindow: windows,
      putMaintenanceWindow: windows,
      deleteMaintenanceWindow: windows,
      getHealth: operations.health,
      getHealthDetails: operations.health,
      listProviders: operations.providers,
      pinProvider: operations.providers,
      listAudit: operations.audit,
      listDeadLetters: deadLetters.api,
      redriveDeadLetters: deadLetters.api,
      getRedrive: deadLetters.api,
      getSenders: operations.senders,
      receiveTwilioSmsStatus: twilio.smsStatus,
      receiveTwilioSmsInbound: answers.text,
      receiveTwilioVoiceStatus: twilio.voiceStatus,
      receiveTwilioVoiceMenu: answers.menu,
      receiveTwilioVoiceInbound: answers.call,
      receiveSendGridEvents: sendGrid.fn,
      receiveSlackInteraction: answers.slack,
      receiveSlackCommand: answers.slack,
      getAction: answers.link,
      postAction: answers.link,
    });
    new ApiAlarms(this, 'Alarms', { rest: api.rest, dispatch, verification, topicArn: config.alarmTopicArn });
  }
}
