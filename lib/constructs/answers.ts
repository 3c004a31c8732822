import { Construct } from 'constructs';
import { actionEnv } from '../../lambdas/answers/action.env.ts';
import { slackWebhooksEnv } from '../../lambdas/answers/slack-webhooks.env.ts';
import { twilioSmsInboundEnv } from '../../lambdas/answers/twilio-sms-inbound.env.ts';
import { answerEnv } from '../../lambdas/api/answer.env.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

interface Props {
  data: Pick<DataStack, 'table' | 'stops' | 'providerSecret' | 'actionKey'>;
  /** What the URLs that Twilio signs begin with. */
  publicBaseUrl: string;
}

/** The ways in which a person answers a page: by API, by text, by link, in Slack. */
export class Answers extends Construct {
  readonly api: Fn<typeof answerEnv>;
  readonly text: Fn<typeof twilioSmsInboundEnv>;
  readonly link: Fn<typeof actionEnv>;
  readonly slack: Fn<typeof slackWebhooksEnv>;

  constructor(scope: Construct, id: string, { data, publicBaseUrl }: Props) {
    super(scope, id);
    const { table, stops, providerSecret, actionKey } = data;
    const shared = { TABLE_NAME: table.tableName, STOP_QUEUE_URL: stops.queueUrl };

    this.api = new Fn(this, 'Api', {
      entry: 'api/answer',
      description: 'Acknowledges and resolves pages and incidents',
      env: answerEnv,
      environment: shared,
    });

    this.text = new Fn(this, 'Text', {
      entry: 'answers/twilio-sms-inbound',
      description: 'Texts to our Twilio numbers: ACK, RESOLVE, STOP, START',
      env: twilioSmsInboundEnv,
      environment: { ...shared, PROVIDER_SECRET_ID: providerSecret.secretArn, PUBLIC_BASE_URL: publicBaseUrl },
    });
    // START takes the mark of STOP away; people and codes are found by the number.
    table.grantItems(this.text, 'DeleteItem');
    table.grantQuery(this.text, 'items');
    providerSecret.grantRead(this.text);

    this.link = new Fn(this, 'Link', {
      entry: 'answers/action',
      description: 'Action links: a page with a button, and the button',
      env: actionEnv,
      environment: { ...shared, ACTION_KEY_ID: actionKey.secretArn },
    });
    actionKey.grantRead(this.link);

    this.slack = new Fn(this, 'Slack', {
      entry: 'answers/slack-webhooks',
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

    for (const fn of [this.api, this.text, this.link, this.slack]) {
      table.grantItems(fn, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
      table.grantQuery(fn, 'byIncident');
      stops.grant(fn, 'sqs:SendMessage');
    }
  }
}
