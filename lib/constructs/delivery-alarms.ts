import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { Fn } from './fn.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

interface Props {
  worker: Fn<$ZodObject>;
  topicArn: string | undefined;
}
interface ChannelProps extends Props {
  /** How a person calls the channel. */
  name: string;
}

const PERIOD = Duration.minutes(5);

/** Messages of a channel that took another way than the first, or none yet. */
export class DeliveryAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { name, worker, topicArn }: ChannelProps) {
    super(scope, id, topicArn);

    // Three faults in a row within a minute are behind it, so once is enough. Pages go out by the standby.
    this.add('CircuitOpened', {
      says: `${name}: a provider keeps failing, its circuit was opened`,
      section: 'channel-circuit-opened',
      metric: worker.counted('circuitOpened', PERIOD),
      threshold: 0,
    });

    // A page that is not on its way to anybody, and after an hour will have failed.
    this.add('Deferred', {
      says: `${name}: pages wait because no provider can be used`,
      section: 'channel-deferred',
      metric: worker.counted('deferred', PERIOD),
      threshold: 0,
    });
  }
}

/** Messages that a provider took and nobody confirmed. */
export class ReceiptAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { worker, topicArn }: Props) {
    super(scope, id, topicArn);

    // Each is a page of which nobody knows whether it arrived (docs/spec/delivery.md#receipts).
    this.add('Missing', {
      says: 'Receipts: a message was accepted five minutes ago and nobody knows whether it arrived',
      section: 'receipts-missing',
      metric: worker.counted('missingReceipt', PERIOD),
      threshold: 0,
    });
  }
}
