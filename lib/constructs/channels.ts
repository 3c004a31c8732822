import { Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Channel } from '../../lambdas/core/page/page.ts';
import { ChannelQueue } from './channel-queue.ts';

/** How alarms and outputs call the channels. */
export const CHANNEL_NAMES: Record<Channel, string> = {
  email: 'Email',
  sms: 'Sms',
  slack: 'Slack',
  teams: 'Teams',
  push: 'Push',
  voice: 'Voice',
};

/** The lanes of every channel that this deployment has. */
export class Channels {
  readonly queues: ReadonlyMap<Channel, ChannelQueue>;

  constructor(scope: Construct, channels: readonly Channel[]) {
    this.queues = new Map(channels.map((channel) => [channel, new ChannelQueue(scope, CHANNEL_NAMES[channel])]));
  }

  /** What a function that queues deliveries reads as `LANES`. */
  lanesFor(scope: Construct): string {
    const urls = [...this.queues].map(([channel, { urgent, normal }]) => [
      channel,
      { urgent: urgent.queueUrl, normal: normal.queueUrl },
    ]);
    return Stack.of(scope).toJsonString(Object.fromEntries(urls));
  }

  /** What a function that looks into the dead letters reads as `DEAD_LETTERS`. */
  deadLettersFor(scope: Construct): string {
    const urls = [...this.queues].map(([channel, { deadLetters }]) => [channel, deadLetters.queueUrl]);
    return Stack.of(scope).toJsonString(Object.fromEntries(urls));
  }

  grantSend(grantee: IGrantable): void {
    for (const lane of this.lanes()) lane.grant(grantee, 'sqs:SendMessage');
  }

  lanes(): IQueue[] {
    return [...this.queues.values()].flatMap(({ urgent, normal }) => [urgent, normal]);
  }
}
