import { Construct } from 'constructs';
import { DurableQueue } from './durable-queue.ts';

/**
 * One channel's lanes: urgent for CRITICAL, normal for the rest, and the dead letters of both. SQS knows no priority,
 * so the lanes are queues, each with a concurrency of its own.
 */
export class ChannelQueue extends Construct {
  readonly urgent: DurableQueue;
  readonly normal: DurableQueue;
  readonly deadLetters: DurableQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deadLetters = new DurableQueue(this, 'DeadLetters');
    this.urgent = new DurableQueue(this, 'Urgent', { deadLetters: this.deadLetters });
    this.normal = new DurableQueue(this, 'Normal', { deadLetters: this.deadLetters });
  }
}
