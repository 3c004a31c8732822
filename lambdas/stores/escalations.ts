import { SendTaskSuccessCommand, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Escalations } from '../core/escalation/ports.ts';

/** The wait was over before: it timed out, somebody else ended it, or its execution is gone. */
const OVER = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/** Executions of the escalation machine, named after page and round: a second start of the same one starts nothing. */
export function createEscalations(client: SFNClient, stateMachineArn: string): Escalations {
  async function startAs(name: string, pageId: string): Promise<'started' | 'closed'> {
    try {
      const input = JSON.stringify({ pageId });
      await client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
      return 'started';
    } catch (error) {
      // One that runs with the same input is answered as if it had just been started.
      if ((error as Error).name === 'ExecutionAlreadyExists') return 'closed';
      throw error;
    }
  }

  return {
    async start({ id, round, rev, deliveries }) {
      if ((await startAs(`${id}-${round}`, id)) !== 'closed') return;
      // Its work was done, and then a mail bounced. The name of a closed execution is taken for 90 days; the sum grows with
      // every change of the page or of a delivery, so one that is taken too belongs to one that has seen all of them.
      const version = Object.values(deliveries).reduce((sum, delivery) => sum + delivery.rev, rev);
      await startAs(`${id}-${round}-${version}`, id);
    },
    async wake(taskToken) {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
        return 'woken';
      } catch (error) {
        if (OVER.has((error as Error).name)) return 'over';
        throw error;
      }
    },
  };
}
