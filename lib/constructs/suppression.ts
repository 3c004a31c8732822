import { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { Config } from '../config.ts';
import { DurableQueue } from './durable-queue.ts';
import type { Fn } from './fn.ts';
import type { PageTable } from './page-table.ts';

/** What whoever accepts pages needs to hold them: the queue that wakes who lets them go (ADR 12). */
export class Suppression extends Construct {
  readonly releases: DurableQueue;
  readonly releaseDeadLetters: DurableQueue;
  /** For functions that accept pages. */
  readonly environment: { RELEASE_QUEUE_URL: string; HOURLY_CAP: string };
  private readonly table: PageTable;

  constructor(scope: Construct, id: string, { config, table }: { config: Config; table: PageTable }) {
    super(scope, id);
    this.table = table;
    this.releaseDeadLetters = new DurableQueue(this, 'ReleaseDeadLetters');
    this.releases = new DurableQueue(this, 'Releases', { deadLetters: this.releaseDeadLetters });
    this.environment = { RELEASE_QUEUE_URL: this.releases.queueUrl, HOURLY_CAP: String(config.hourlyCap) };
  }

  /** Windows are read together; a hold is an item, and a message about it. */
  grantHold(fn: Fn<$ZodObject>): void {
    this.table.grantQuery(fn, 'items');
    this.releases.grant(fn, 'sqs:SendMessage');
  }
}
