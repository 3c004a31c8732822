import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { Fn } from './fn.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

interface Props {
  worker: Fn<$ZodObject>;
  topicArn: string | undefined;
}

const PERIOD = Duration.minutes(5);

/** Texts that took another way than the first, or none yet. */
export class DeliveryAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { worker, topicArn }: Props) {
    super(scope, id, topicArn);

    // Three faults in a row within a minute are behind it, so once is enough. Pages go out by the standby.
    this.add('CircuitOpened', {
      says: 'SMS: a provider keeps failing, its circuit was opened',
      section: 'sms-circuit-opened',
      metric: worker.counted('circuitOpened', PERIOD),
      threshold: 0,
    });

    // A page that is not on its way to anybody, and after an hour will have failed.
    this.add('Deferred', {
      says: 'SMS: pages wait because no provider can be used',
      section: 'sms-deferred',
      metric: worker.counted('deferred', PERIOD),
      threshold: 0,
    });
  }
}

/** Texts that a provider took and nobody confirmed. */
export class ReceiptAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { worker, topicArn }: Props) {
    super(scope, id, topicArn);

    // Each is a page of which nobody knows whether it arrived (contract §4, "Receipts").
    this.add('Missing', {
      says: 'Receipts: a text was accepted five minutes ago and nobody knows whether it arrived',
      section: 'receipts-missing',
      metric: worker.counted('missingReceipt', PERIOD),
      threshold: 0,
    });
  }
}
