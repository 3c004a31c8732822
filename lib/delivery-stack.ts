import { Stack, type StackProps } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { propagateAnswerEnv } from '../lambdas/replies/propagate-answer.env.ts';
import type { Config } from './config.ts';
import { ChannelWorkers } from './constructs/channel-workers.ts';
import { ContactSweep } from './constructs/contact-sweep.ts';
import { dispatchEnvironment, grantDispatch } from './constructs/dispatching.ts';
import type { DurableQueue } from './constructs/durable-queue.ts';
import { Escalation } from './constructs/escalation.ts';
import { Fn } from './constructs/fn.ts';
import { InboundSweep } from './constructs/inbound-sweep.ts';
import { Operations } from './constructs/operations.ts';
import { ProviderAlarms } from './constructs/provider-alarms.ts';
import { QueueAlarms } from './constructs/queue-alarms.ts';
import { ReceiptCheck } from './constructs/receipt-check.ts';
import { Release } from './constructs/release.ts';
import { SesEvents } from './constructs/ses-events.ts';
import { SnsSmsLog } from './constructs/sns-sms-log.ts';
import { VersionAlarms } from './constructs/version-alarms.ts';
import { Webhooks } from './constructs/webhooks.ts';
import type { DataStack } from './data-stack.ts';

interface Props extends StackProps {
  config: Config;
  data: DataStack;
  publicBaseUrl: string;
}

/** What drains the queues: one worker per channel, receipts that did not come, the second pass over answers. */
export class DeliveryStack extends Stack {
  /** Where there is e-mail. */
  readonly sesEvents: DurableQueue | undefined;
  /** Events of the SNS log that failed. */
  readonly snsLog: DurableQueue;

  constructor(scope: Construct, id: string, { config, data, publicBaseUrl, ...props }: Props) {
    super(scope, id, props);
    const { channels, stops, stopDeadLetters, providerSecret, actionKey } = data;
    const topicArn = config.alarmTopicArn;

    const ses = channels.queues.has('email') ? new SesEvents(this, 'SesEvents', { config, data }) : undefined;
    this.sesEvents = ses?.queue;
    const sesConfigurationSet = ses?.configurationSet ?? '';
    new ChannelWorkers(this, 'Channels', { config, data, publicBaseUrl, sesConfigurationSet });
    new Escalation(this, 'Escalation', { config, data });
    new Operations(this, 'Operations', { config, data, publicBaseUrl });
    new Release(this, 'Release', { config, data });
    new ReceiptCheck(this, 'ReceiptCheck', { config, data });
    new InboundSweep(this, 'InboundSweep', { config, data });
    new ContactSweep(this, 'ContactSweep', { config, data });
    new Webhooks(this, 'Webhooks', { config, data });
    this.snsLog = new SnsSmsLog(this, 'SnsSmsLog', { config, data }).queue;
    new ProviderAlarms(this, 'ProviderAlarms', topicArn);
    new VersionAlarms(this, 'VersionAlarms', topicArn);

    const propagatingAnswers = new Fn(this, 'StopAgain', {
      entry: 'replies/propagate-answer',
      description: 'What follows an answer: a second pass, calls cancelled, messages updated, others told',
      env: propagateAnswerEnv,
      environment: {
        ...dispatchEnvironment(this, data),
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        ACTION_KEY_ID: actionKey.secretArn,
        TWILIO_API_URL: '',
        SLACK_API_URL: '',
        DEAD_LETTER_QUEUE_URL: stopDeadLetters.queueUrl,
      },
    });
    // The others who were paged are told by pages of their own.
    grantDispatch(propagatingAnswers, data);
    for (const secret of [providerSecret, actionKey]) secret.grantRead(propagatingAnswers);
    stopDeadLetters.grant(propagatingAnswers, 'sqs:SendMessage');
    propagatingAnswers.addEventSource(
      new SqsEventSource(stops, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }),
    );
    const alarmed = { deadLetters: stopDeadLetters, lanes: { '': stops }, worker: propagatingAnswers };
    new QueueAlarms(this, 'StopAlarms', { name: 'Answers', ...alarmed, topicArn });
  }
}
