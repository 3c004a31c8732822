import { Construct } from 'constructs';
import { answerEnv } from '../../lambdas/api/answer.env.ts';
import { actionEnv } from '../../lambdas/replies/action.env.ts';
import { slackWebhooksEnv } from '../../lambdas/replies/slack-webhooks.env.ts';
import { twilioSmsInboundEnv } from '../../lambdas/replies/twilio-sms-inbound.env.ts';
import { voiceInboundEnv } from '../../lambdas/replies/voice-inbound.env.ts';
import { voiceMenuEnv } from '../../lambdas/replies/voice-menu.env.ts';
import type { DataStack } from '../data-stack.ts';
import { dispatchEnvironment, grantDispatch } from './dispatching.ts';
import { Fn } from './fn.ts';

interface Props {
  data: Pick<
    DataStack,
    | 'table'
    | 'channels'
    | 'escalationChecks'
    | 'stops'
    | 'alerts'
    | 'providerSecret'
    | 'actionKey'
    | 'events'
    | 'suppression'
  >;
  /** What the URLs that Twilio signs begin with. */
  publicBaseUrl: string;
}

/** The ways in which a person answers a page: by API, by text, by link, in Slack, in a call. */
export class Answers extends Construct {
  readonly api: Fn<typeof answerEnv>;
  readonly text: Fn<typeof twilioSmsInboundEnv>;
  readonly link: Fn<typeof actionEnv>;
  readonly slack: Fn<typeof slackWebhooksEnv>;
  readonly menu: Fn<typeof voiceMenuEnv>;
  readonly call: Fn<typeof voiceInboundEnv>;

  constructor(scope: Construct, id: string, { data, publicBaseUrl }: Props) {
    super(scope, id);
    const { table, stops, alerts, providerSecret, actionKey } = data;
    const twilio = { PROVIDER_SECRET_ID: providerSecret.secretArn, PUBLIC_BASE_URL: publicBaseUrl };
    const shared = { TABLE_NAME: table.tableName, ...data.events.environment, ANSWER_QUEUE_URL: stops.queueUrl };

    this.api = new Fn(this, 'Api', {
      entry: 'api/answer',
      description: 'Acknowledges and resolves pages and incidents',
      env: answerEnv,
      environment: shared,
    });

    this.text = new Fn(this, 'Text', {
      entry: 'replies/twilio-sms-inbound',
      description: 'Texts to our Twilio numbers: ACK, RESOLVE, STOP, START',
      env: twilioSmsInboundEnv,
      environment: { ...shared, ...twilio, ALERT_QUEUE_URL: alerts.queueUrl },
    });
    // STOP is told on other channels.
    alerts.grant(this.text, 'sqs:SendMessage');
    // START takes the mark of STOP away; people and codes are found by the number.
    table.grantItems(this.text, 'DeleteItem');
    table.grantQuery(this.text, 'items');
    providerSecret.grantRead(this.text);

    this.link = new Fn(this, 'Link', {
      entry: 'replies/action',
      description: 'Action links: a page with a button, and the button',
      env: actionEnv,
      environment: { ...shared, ACTION_KEY_ID: actionKey.secretArn },
    });
    actionKey.grantRead(this.link);

    this.slack = new Fn(this, 'Slack', {
      entry: 'replies/slack-webhooks',
      description: 'Slack: buttons in messages, and /oncall',
      env: slackWebhooksEnv,
      environment: {
        ...shared,
        ACTION_KEY_ID: actionKey.secretArn,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        SLACK_API_URL: '',
      },
    });
    // People are found by their Slack user, and their pages by the person.
    table.grantQuery(this.slack, 'items', 'byRecipient');
    actionKey.grantRead(this.slack);
    providerSecret.grantRead(this.slack);

    this.menu = new Fn(this, 'Menu', {
      entry: 'replies/voice-menu',
      description: 'What calls of ours say, and the keys pressed in them',
      env: voiceMenuEnv,
      environment: {
        ...twilio,
        ...dispatchEnvironment(this, data),
        ALERT_QUEUE_URL: alerts.queueUrl,
      },
    });
    // Key 9 pages the next people.
    grantDispatch(this.menu, data);
    alerts.grant(this.menu, 'sqs:SendMessage');

    this.call = new Fn(this, 'Call', {
      entry: 'replies/voice-inbound',
      description: 'Calls to our Twilio numbers: what is open, and key 1',
      env: voiceInboundEnv,
      environment: { ...shared, ...twilio },
    });
    // People and codes are found by the number.
    table.grantQuery(this.call, 'items');
    for (const fn of [this.menu, this.call]) providerSecret.grantRead(fn);

    for (const fn of [this.api, this.text, this.link, this.slack, this.call]) {
      table.grantItems(fn, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
      table.grantQuery(fn, 'byIncident');
      stops.grant(fn, 'sqs:SendMessage');
      data.events.grantPut(fn);
    }
  }
}
