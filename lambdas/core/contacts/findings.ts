import type { Leg } from '../page/attempt.ts';
import type { Channel } from '../page/page.ts';
import type { Fault } from '../providers/fault.ts';
import type { BrokenFinding, ContactFindings } from './mark.ts';

/**
 * Channels on which the acceptance of a message proves its address: Slack and a workflow refuse what is gone. A server
 * takes a mail long before it looks for the mailbox, so only a delivery proves an e-mail address.
 */
const PROVEN_BY_ACCEPTANCE: ReadonlySet<Channel> = new Set(['slack', 'teams']);

/** What a fault says of the address that the send went to, if it says anything of it. */
export const brokenBy = (fault: Fault | undefined, address: string): BrokenFinding[] =>
  fault?.breaksContact ? [{ address, code: fault.code, reason: fault.message }] : [];

/**
 * What the providers of one attempt showed of the addresses. Push tells of each endpoint by itself; elsewhere the fault
 * or the acceptance is about the one address.
 * @param to the delivery's address, for push all endpoints joined by blanks
 */
export function findingsOf(channel: Channel, to: string, legs: readonly Leg[]): ContactFindings {
  const found = legs.map(({ result }): ContactFindings => {
    if (result.outcome === 'skipped') return NOTHING;
    if (result.contacts) return result.contacts;
    if (result.outcome === 'failed') return { works: [], broken: brokenBy(result.fault, to) };
    return { works: PROVEN_BY_ACCEPTANCE.has(channel) ? [to] : [], broken: [] };
  });
  return { works: found.flatMap(({ works }) => works), broken: found.flatMap(({ broken }) => broken) };
}

const NOTHING: ContactFindings = { works: [], broken: [] };
