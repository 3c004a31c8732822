import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brokenContacts,
  changeMark,
  isKnownBroken,
  keptMarks,
  noteFindings,
  TRY_SETTLES,
  untoldMarks,
} from '../../../lambdas/core/contacts/broken.ts';
import { findingsOf } from '../../../lambdas/core/contacts/findings.ts';
import { planPage } from '../../../lambdas/core/escalation/plan.ts';
import type { Leg } from '../../../lambdas/core/page/attempt.ts';
import { CHANNELS, type Channel } from '../../../lambdas/core/page/page.ts';
import type { Recipient } from '../../../lambdas/core/recipient/recipient.ts';
import { DEAD_CONTACT, RECIPIENT } from '../../../lambdas/providers/faults.ts';

const ALICE: Recipient = {
  id: 'usr_alice',
  name: 'Alice',
  email: 'a@example.com',
  phone: '+14155550100',
  phoneVerified: true,
  smsSuppressed: false,
  slackUserId: 'U1',
  teamsWebhookUrl: 'https://flow',
  pushEndpoints: ['old', 'new'],
  preferences: [],
  version: 3,
  updatedAt: 1,
};
const NOW = Date.parse('2026-11-22T03:00:00Z');
const broken = (address: string) => ({ works: [], broken: [{ address, code: 'c', reason: 'it is gone' }] });
const works = (address: string) => ({ works: [address], broken: [] });
const noted = (recipient: Recipient, channel: Channel, findings: Parameters<typeof noteFindings>[2], now = NOW) =>
  noteFindings(recipient, channel, findings, now)?.next ?? recipient;

describe('a finding about a contact point', () => {
  it('marks the record under a new version, without the address in the mark', () => {
    const next = noted(ALICE, 'teams', broken('https://flow'));
    expect(next).toMatchObject({ version: 4, updatedAt: NOW, broken: [{ channel: 'teams', code: 'c', since: NOW }] });
    expect(JSON.stringify(next.broken)).not.toContain('https://flow');
    expect(brokenContacts(next)).toMatchObject([{ address: 'https://flow' }]);
  });

  it('changes nothing the second time, keeping since when the contact point is broken', () => {
    const next = noted(ALICE, 'email', broken('a@example.com'));
    expect(noteFindings(next, 'email', broken('a@example.com'), NOW + 1)).toBeUndefined();
  });

  it('about an address that the record no longer has changes nothing', () => {
    expect(noteFindings(ALICE, 'email', broken('before@example.com'), NOW)).toBeUndefined();
    expect(noteFindings(ALICE, 'slack', broken('a@example.com'), NOW)).toBeUndefined();
  });

  it('a finding of success mends the address it is about, and no other device', () => {
    const both = noted(noted(ALICE, 'push', broken('old')), 'push', broken('new'));
    expect(brokenContacts(both)).toHaveLength(2);
    const next = noted(both, 'push', works('new'));
    expect(brokenContacts(next)).toMatchObject([{ address: 'old' }]);
    expect(noted(next, 'push', works('old'))).not.toHaveProperty('broken');
  });

  it('a finding of success on one channel mends no other channel that has the same address', () => {
    const same = noted({ ...ALICE, slackUserId: 'a@example.com' }, 'email', broken('a@example.com'));
    expect(noteFindings(same, 'slack', works('a@example.com'), NOW)).toBeUndefined();
  });

  it.each([
    [0, 1],
    [TRY_SETTLES, 1],
    [TRY_SETTLES + 1, 0],
  ])('of success %i ms after our own try of the endpoint leaves %i marks', (later, left) => {
    const marked = noted(ALICE, 'push', broken('old'));
    const [mark] = brokenContacts(marked);
    const tried = mark && changeMark(marked, mark, { triedAt: NOW }, NOW);
    expect(brokenContacts(noted(tried?.next as Recipient, 'push', works('old'), NOW + later))).toHaveLength(left);
  });
});

describe('a mark', () => {
  const marked = noted(ALICE, 'email', broken('a@example.com'));

  it('a mark is kept by a change of the record that keeps the address, and dropped for good by one that changes it', () => {
    expect(keptMarks({ ...ALICE, name: 'Alice B.' }, marked)).toEqual(marked.broken);
    expect(keptMarks({ ...ALICE, email: 'b@example.com' }, marked)).toBeUndefined();
    expect(keptMarks(ALICE, undefined)).toBeUndefined();
  });

  it('has been told once it is noted so, and another mark of the same address has not', () => {
    const [mark] = untoldMarks(marked, 'email');
    if (!mark) throw new Error('nothing is marked');
    const told = changeMark(marked, mark, { told: true }, NOW)?.next as Recipient;
    expect(untoldMarks(told, 'email')).toEqual([]);
    expect(changeMark(told, mark, { told: true }, NOW)).toBeUndefined();
    expect(changeMark(marked, { ...mark, since: NOW + 1 }, { told: true }, NOW)).toBeUndefined();
    expect(changeMark(ALICE, mark, { told: true }, NOW)).toBeUndefined();
  });

  it('shows in each plan as a warning, whatever channels the page takes, and leaves the channel usable', () => {
    const request = { priority: 'HIGH', type: 'new_incident', skipTiers: false } as const;
    for (const channels of [undefined, ['sms'] as const, ['email'] as const]) {
      const plan = planPage({ ...request, ...(channels && { channels }) }, marked, new Set(CHANNELS));
      expect(plan.warnings).toEqual([
        {
          code: 'contact-broken',
          message: 'The e-mail address of usr_alice is broken since 2026-11-22: it is gone. It is still tried.',
        },
      ]);
    }
    const [first] = planPage(request, marked, new Set(CHANNELS)).tiers;
    expect(first?.channels).toContainEqual({ channel: 'email', to: 'a@example.com', knownBroken: true });
    expect(first?.channels).toContainEqual({ channel: 'slack', to: 'U1' });
  });
});

it('any row of findings leaves a mark on exactly the current addresses whose last word was that they are dead', () => {
  const CONTACTS = [
    ['email', 'a@example.com'],
    ['slack', 'U1'],
    ['teams', 'https://flow'],
    ['push', 'old'],
    ['push', 'new'],
    ['email', 'foreign@example.com'],
  ] as const;
  const word = fc.record({ at: fc.nat(CONTACTS.length - 1), isDead: fc.boolean() });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 30 }), (words) => {
      let recipient = ALICE;
      const last = new Map<string, boolean>();
      words.forEach(({ at, isDead }, n) => {
        const [channel, address] = CONTACTS[at] ?? CONTACTS[0];
        recipient = noted(recipient, channel, isDead ? broken(address) : works(address), NOW + n);
        last.set(`${channel} ${address}`, isDead);
      });
      last.delete('email foreign@example.com');
      const dead = [...last].filter(([, isDead]) => isDead).map(([name]) => name);
      expect(
        brokenContacts(recipient)
          .map((m) => `${m.channel} ${m.address}`)
          .sort(),
      ).toEqual(dead.sort());
      for (const channel of CHANNELS) {
        expect(isKnownBroken(recipient, channel)).toBe(dead.some((name) => name.startsWith(`${channel} `)));
      }
    }),
  );
});

describe('the legs of an attempt', () => {
  const leg = (result: Leg['result']): Leg => ({ leg: 1, provider: 'slack', at: NOW, result });
  const accepted = { outcome: 'accepted', providerId: 'x', providerStatus: 'y' } as const;
  const failed = (properties: typeof RECIPIENT) =>
    leg({ outcome: 'failed', fault: { ...properties, code: 'c', message: 'm' } });

  it.each<[string, Channel, Leg[], { works: string[]; broken: string[] }]>([
    ['accepted by Slack prove the user', 'slack', [leg(accepted)], { works: ['to'], broken: [] }],
    ['accepted by a workflow prove it', 'teams', [leg(accepted)], { works: ['to'], broken: [] }],
    ['accepted by a mail provider prove nothing', 'email', [leg(accepted)], { works: [], broken: [] }],
    ['refused for a dead address name it', 'email', [failed(DEAD_CONTACT)], { works: [], broken: ['to'] }],
    ['refused for another reason say nothing', 'slack', [failed(RECIPIENT)], { works: [], broken: [] }],
    ['that were skipped say nothing', 'slack', [leg({ outcome: 'skipped' })], { works: [], broken: [] }],
    [
      'of push tell of each endpoint',
      'push',
      [leg({ ...accepted, contacts: { works: ['new'], broken: [{ address: 'old', code: 'c', reason: 'm' }] } })],
      { works: ['new'], broken: ['old'] },
    ],
  ])('%s', (_, channel, legs, expected) => {
    const found = findingsOf(channel, 'to', legs);
    expect({ works: found.works, broken: found.broken.map(({ address }) => address) }).toEqual(expected);
  });
});
