import { createHash } from 'node:crypto';
import { CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import type { ReleaseSchedules } from '../core/suppression/ports.ts';

interface Target {
  /** The queue `Releases`, and the role that may send to it. */
  queueArn: string;
  roleArn: string;
}

/** What the grants name: lib/constructs/suppression.ts. */
export const SCHEDULE_PREFIX = 'lifeline-release-';

/** Scheduler refuses a time that is over; the end of a hold may be now. */
const SOONEST_MS = 5_000;

/** One-time schedules that send a message to the queue of releases and delete themselves. */
export function createReleaseSchedules(client: SchedulerClient, { queueArn, roleArn }: Target): ReleaseSchedules {
  return {
    async comeBack(recipientId, at, now) {
      // Rounded up: one that came early would find the pages still held.
      const second = Math.ceil(Math.max(at, now + SOONEST_MS) / 1_000);
      const who = createHash('sha256').update(recipientId).digest('hex').slice(0, 24);
      try {
        await client.send(
          new CreateScheduleCommand({
            Name: `${SCHEDULE_PREFIX}${who}-${Math.ceil(at / 1_000)}`,
            Description: 'Held pages of a recipient go out',
            ScheduleExpression: `at(${new Date(second * 1_000).toISOString().slice(0, 19)})`,
            ScheduleExpressionTimezone: 'UTC',
            FlexibleTimeWindow: { Mode: 'OFF' },
            ActionAfterCompletion: 'DELETE',
            Target: { Arn: queueArn, RoleArn: roleArn, Input: JSON.stringify({ recipientId }) },
          }),
        );
      } catch (error) {
        // It is there already.
        if ((error as Error).name !== 'ConflictException') throw error;
      }
    },
  };
}
