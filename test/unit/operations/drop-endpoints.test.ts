import { describe, expect, it } from 'vitest';
import { formatCallbackRef } from '../../../lambdas/core/callback-ref.ts';
import type { Recipient } from '../../../lambdas/core/recipient.ts';
import { createDropEndpoints } from '../../../lambdas/operations/drop-endpoints.ts';
import { LATE } from '../../support/late-ports.ts';
import { memoryAudit, memoryRecipients } from '../../support/memory-ports.ts';

const ALICE: Recipient = {
  id: 'usr_alice',
  name: 'Alice',
  phoneVerified: false,
  smsSuppressed: false,
  pushEndpoints: ['old', 'new', 'lost'],
  preferences: [],
  version: 1,
  updatedAt: 1,
};
const PAGE_ID = `pg_${'a'.repeat(16)}`;
const REF = formatCallbackRef({ pageId: PAGE_ID, round: 1, channel: 'push', claim: 1, leg: 1 });

async function world() {
  const [recipients, audit] = [memoryRecipients(), memoryAudit()];
  await recipients.put(ALICE, 0);
  const pages = { get: async (id: string) => (id === PAGE_ID ? { recipientId: ALICE.id } : undefined) } as never;
  const late = { recipients: LATE.port('recipients', recipients), audit: LATE.port('audit', audit) };
  const drop = LATE.handler('drop', createDropEndpoints({ pages, ...late, clock: { now: () => 5 } }));
  return { recipients, audit, drop, alice: () => recipients.get(ALICE.id) };
}

describe('endpoints that are gone', () => {
  it('leave the record of the person they were sent to, once, and the audit says how many', async () => {
    const { drop, alice, audit } = await world();
    await drop(['old', 'lost', 'of somebody else'], REF);
    await drop(['old', 'lost'], REF);
    expect(await alice()).toEqual({ ...ALICE, pushEndpoints: ['new'], version: 2, updatedAt: 5 });
    expect(audit.entries).toEqual([
      {
        at: 5,
        resource: 'recipient/usr_alice',
        action: 'recipient.push_endpoints_dropped',
        actor: 'provider/sns-push',
        details: { count: 2 },
      },
    ]);
  });

  it('leave no empty list behind, so that push is not planned any more', async () => {
    const { drop, alice } = await world();
    await drop(['old', 'new', 'lost'], REF);
    expect(await alice()).not.toHaveProperty('pushEndpoints');
  });

  it('a change in between is kept', async () => {
    const { drop, alice, recipients } = await world();
    const put = recipients.put;
    let isFirst = true;
    recipients.put = async (recipient, expected) => {
      if (isFirst) {
        isFirst = false;
        await put({ ...ALICE, name: 'Alice B.', pushEndpoints: ['old', 'newer'], version: 2 }, 1);
      }
      return put(recipient, expected);
    };
    await drop(['old'], REF);
    expect(await alice()).toMatchObject({ name: 'Alice B.', pushEndpoints: ['newer'], version: 3 });
  });

  it('nothing is written for a page or a person that is not there, or a reference that is none', async () => {
    const { drop, alice, audit, recipients } = await world();
    await drop(['old'], REF.replace('aaaa', 'bbbb'));
    await drop(['old'], 'r');
    expect([await alice(), audit.entries]).toEqual([ALICE, []]);
    await recipients.delete(ALICE.id, 1);
    await drop(['old'], REF);
    expect([await alice(), audit.entries]).toEqual([undefined, []]);
  });

  it('a record that somebody else writes without end is given up', async () => {
    const { drop, recipients, audit } = await world();
    recipients.put = async () => 'conflict';
    await expect(drop(['old'], REF)).rejects.toThrow('changed 12 times');
    expect(audit.entries).toEqual([]);
  });
});
