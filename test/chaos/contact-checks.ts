/** What ADR 24 says of dead contact points, looked at from outside: whoever is marked has been told. */
import { brokenContacts } from '../../lambdas/core/contacts/broken.ts';
import type { Recipient } from '../../lambdas/core/recipient/recipient.ts';

const TOLD = '15 a dead contact point is told';

export function createContactChecks(violated: (invariant: string, what: string) => void) {
  return {
    /** After the storm and a run of the sweep, which sends again the news that got lost with their functions. */
    atEnd(recipient: Recipient): void {
      for (const { channel, told } of brokenContacts(recipient)) {
        if (!told) violated(TOLD, `${recipient.id} has a dead contact point on ${channel} that was never told`);
      }
    },
  };
}
