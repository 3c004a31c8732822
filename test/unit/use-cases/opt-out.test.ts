import { describe, expect, it } from 'vitest';
import type { OptOutChange } from '../../../lambdas/core/opt-out/ports.ts';
import type { Recipient } from '../../../lambdas/core/recipient/recipient.ts';
import { createOptOut } from '../../../lambdas/use-cases/opt-out.ts';
import { memoryOptOuts } from '../../support/memory-answers.ts';
import { memoryAudit, memoryRecipients } from '../../support/memory-ports.ts';

const PHONE = '+14155550100';
const person = (id: string): Recipient => ({
  id,
  name: id,
  phone: PHONE,
  phoneVerified: true,
  smsSuppressed: false,
  preferences: [],
  version: 1,
  updatedAt: 1,
});

/** Alice and Bob share a phone. `dies` names the step that fails the next time, and once. */
async function world() {
  const [recipients, audit, optOuts] = [memoryRecipients(), memoryAudit(), memoryOptOuts()];
  for (const id of ['alice', 'bob']) await recipients.put(person(id), 0);
  const told: string[] = [];
  const news = {
    tell: async ({ id, version }: Recipient, change: OptOutChange) => void told.push(`${id} ${change} ${version}`),
  };
  const next: { dies?: string } = {};
  const mortal = <T extends object>(store: string, port: T): T =>
    new Proxy(port, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          if (next.dies === `${store}.${String(name)}`) {
            delete next.dies;
            throw new Error('died');
          }
          return (target as Record<string, (...args: unknown[]) => unknown>)[String(name)]?.(...args);
        },
    });
  const optOut = createOptOut({
    recipients: mortal('recipients', recipients),
    optOuts: mortal('optOuts', optOuts),
    audit: mortal('audit', audit),
    news: mortal('news', news),
    clock: { now: () => 5 },
  });
  const audited = () => audit.entries.map(({ resource, action }) => `${resource} ${action}`);
  return { optOut, optOuts, recipients, audit, next, told, audited };
}

describe.each(['suppress', 'unsuppress'] as const)('%s', (way) => {
  const [change, version] = way === 'suppress' ? (['suppressed', 2] as const) : (['unsuppressed', 3] as const);

  it.each(['optOuts.begin', 'recipients.put', 'audit.record', 'news.tell', 'optOuts.finish'])(
    'that dies at %s is completed by a repetition: everybody is told, and one who was told hears the same news',
    async (dies) => {
      const { optOut, optOuts, recipients, next, told, audited } = await world();
      if (way === 'unsuppress') await optOut.suppress(PHONE, 'person', 'STOP');
      told.length = 0;
      next.dies = dies;
      await expect(optOut[way](PHONE, 'person', 'WORD')).rejects.toThrow('died');
      await optOut[way](PHONE, 'person', 'WORD');
      expect(new Set(told)).toEqual(new Set([`alice ${change} ${version}`, `bob ${change} ${version}`]));
      expect(audited().filter((entry) => entry.endsWith(`.sms_${change}`))).toEqual([
        `recipient/alice recipient.sms_${change}`,
        `recipient/bob recipient.sms_${change}`,
      ]);
      for (const id of ['alice', 'bob']) {
        expect(await recipients.get(id)).toMatchObject({ smsSuppressed: way === 'suppress', version });
      }
      expect(await optOuts.has(PHONE)).toBe(way === 'suppress');
    },
  );

  it('that came to its end tells nobody when it is repeated', async () => {
    const { optOut, told, audited } = await world();
    if (way === 'unsuppress') await optOut.suppress(PHONE, 'person', 'STOP');
    await optOut[way](PHONE, 'person', 'WORD');
    const before = [told.length, audited().length];
    await optOut[way](PHONE, 'twilio', '21610');
    expect([told.length, audited().length]).toEqual(before);
  });
});

describe('whether a number is suppressed', () => {
  it.each(['optOuts.begin', 'recipients.put', 'audit.record', 'news.tell', 'optOuts.finish'])(
    'is answered after a suppression that died at %s has been completed, in the name of who said it',
    async (dies) => {
      const { optOut, recipients, next, told, audit } = await world();
      next.dies = dies;
      await expect(optOut.suppress(PHONE, 'twilio', '21610')).rejects.toThrow('died');
      expect(await optOut.isSuppressed(PHONE)).toBe(true);
      expect(new Set(told)).toEqual(new Set(['alice suppressed 2', 'bob suppressed 2']));
      expect(audit.entries).toMatchObject(
        ['alice', 'bob'].map((id) => ({
          resource: `recipient/${id}`,
          actor: 'provider/twilio',
          details: { code: '21610' },
        })),
      );
      for (const id of ['alice', 'bob']) expect(await recipients.get(id)).toMatchObject({ smsSuppressed: true });
      const before = told.length;
      expect(await optOut.isSuppressed(PHONE)).toBe(true);
      expect(told).toHaveLength(before);
    },
  );

  it('a number is not suppressed where nobody has said STOP, or START came since', async () => {
    const { optOut } = await world();
    expect(await optOut.isSuppressed(PHONE)).toBe(false);
    await optOut.suppress(PHONE, 'person', 'STOP');
    await optOut.unsuppress(PHONE, 'person', 'START');
    expect(await optOut.isSuppressed(PHONE)).toBe(false);
  });
});
