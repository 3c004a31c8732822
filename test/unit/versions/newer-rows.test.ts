import { describe, expect, it } from 'vitest';
import { admit, type Circuit, claimProbe, disable, onFault, onSuccess } from '../../../lambdas/core/circuit/circuit.ts';
import { slackAnswered } from '../../../lambdas/core/content/slack.ts';
import { callScript } from '../../../lambdas/core/content/voice.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { nextStep } from '../../../lambdas/core/escalation/next-step.ts';
import { answer } from '../../../lambdas/core/page/answer.ts';
import { pageOfCallbackRef, parseCallbackRef } from '../../../lambdas/core/page/callback-ref.ts';
import { claim } from '../../../lambdas/core/page/claim.ts';
import type { Delivery, Page } from '../../../lambdas/core/page/page.ts';
import { applyReceipt } from '../../../lambdas/core/page/receipt.ts';
import { release, waiting } from '../../../lambdas/core/page/release.ts';
import { pageStatus } from '../../../lambdas/core/page/status.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { decideBundling } from '../../../lambdas/core/suppression/bundle.ts';
import { isListed } from '../../../lambdas/core/suppression/groups.ts';
import { heldText } from '../../../lambdas/core/suppression/hold.ts';
import { pageView } from '../../../lambdas/http/views/page.ts';
import { deliveryToItem } from '../../../lambdas/stores/delivery-item.ts';
import { fromItem, toItem } from '../../../lambdas/stores/page-item.ts';
import { flat, SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

const severe = { id: 'INC-1', title: 'Rack on fire', priority: 'SEVERE', service: 'db' } as unknown as Page['incident'];
const withDelivery = (fields: object) => somePage({ deliveries: { [SMS]: someDelivery(fields) } });
const lost = { status: 'SENDING', attempts: 1, claims: 1, legs: 1, leaseUntil: T0 - 1 };

describe('a copy whose delivery only a newer version can judge waits for that version', () => {
  it.each([
    ['a priority', somePage({ incident: severe })],
    ['a type', somePage({ type: 'reminder' as Page['type'] })],
    ['a state', withDelivery({ status: 'PARKED' })],
    ['a provider to begin with', withDelivery({ from: 'vonage' })],
    [
      'a priority, of a worker that was lost',
      somePage({ incident: severe, deliveries: { [SMS]: someDelivery(lost) } }),
    ],
  ])('%s', (_, page) => {
    expect(claim(page, SMS, 9, 2, T0).decision).toBe('newer');
  });

  it.each([
    ['a channel', withDelivery({}), { '1.fax': someDelivery({ channel: 'fax' }) }],
    [
      'a provider that has sent another delivery',
      withDelivery({}),
      { '1.email': someDelivery({ provider: 'vonage' }) },
    ],
    ['a state of another delivery', withDelivery({}), { '1.email': someDelivery({ status: 'PARKED' }) }],
    ['a class of fault of its last attempt', withDelivery({ error: { code: '1', class: 'weather', message: '' } }), {}],
  ])('beside %s that is not known it is sent all the same', (_, page, others) => {
    const beside = { ...page, deliveries: { ...page.deliveries, ...others } } as Page;
    expect(claim(beside, SMS, 1, 2, T0).decision).toBe('claimed');
  });

  it('an answered page drops its copies, whatever is not known in it', () => {
    const answered = answer(somePage({ incident: severe }), 'acknowledge', { at: T0, by: 'Alice', via: 'api' });
    expect(claim(answered, SMS, 1, 2, T0)).toEqual({ decision: 'drop', why: 'final' });
  });
});

describe('a page that only a newer version can climb is not climbed', () => {
  const fax = { channel: 'fax', to: '+14155550100' } as unknown as { channel: 'sms'; to: string };
  it.each([
    ['a priority', somePage({ incident: severe })],
    ['a type', somePage({ type: 'reminder' as Page['type'] })],
    ['a tier', somePage({ pendingTiers: [{ tier: 'last' as 'fallback', channels: [{ channel: 'sms', to: '+1' }] }] })],
    ['a channel of a later tier', somePage({ pendingTiers: [{ tier: 'fallback', channels: [fax] }] })],
    [
      'a channel that has started',
      { ...somePage(), deliveries: { '1.fax': someDelivery({ channel: 'fax' }) } } as Page,
    ],
    ['a state', withDelivery({ status: 'PARKED' })],
  ])('%s', (_, page) => {
    expect(nextStep(page, T0 + 3_600_000, rules()).step).toBe('newer');
  });

  it('its answer counts, and stops what is queued on channels that are known and on those that are not', () => {
    const page = {
      ...somePage(),
      deliveries: { '1.fax': someDelivery({ channel: 'fax' }), [SMS]: someDelivery() },
    } as Page;
    const answered = answer(page, 'acknowledge', { at: T0, by: 'Alice', via: 'api' });
    expect(pageStatus(answered)).toBe('ACKNOWLEDGED');
    expect(Object.values(answered.deliveries).map(({ state }) => state.status)).toEqual(['SKIPPED', 'SKIPPED']);
    expect(nextStep(answered, T0, rules()).step).toBe('end');
  });
});

it('a receipt for a delivery in a state that is not known waits for the version that knows it', () => {
  const page = withDelivery({ status: 'PARKED', claims: 1, legs: 1 });
  const receipt = { provider: 'twilio', providerId: 'SM1', providerStatus: 'delivered', rank: 4 } as const;
  expect(applyReceipt(page, SMS, { claim: 1, leg: 1 }, { ...receipt, news: 'delivered' }, T0).decision).toBe('newer');
});

describe('a callback reference', () => {
  it.each(['fax', 'whatsapp', 'in-app'])('of channel %s, which is not known, is of a newer version', (channel) => {
    expect(() => parseCallbackRef(`aaaaaaaaaaaaaaaa-1-${channel}-1-1`)).toThrow(`channel "${channel}"`);
    expect(pageOfCallbackRef(`aaaaaaaaaaaaaaaa-1-${channel}-1-1`)).toBe('pg_aaaaaaaaaaaaaaaa');
  });
  it.each(['', 'aaaaaaaaaaaaaaaa-1-SMS-1-1', 'aaaaaaaaaaaaaaaa-1-sms-1', '1-2-3-4-5'])(
    'of no version: %j',
    (segment) => {
      expect([parseCallbackRef(segment), pageOfCallbackRef(segment)]).toEqual([undefined, undefined]);
    },
  );
});

describe('a page that only a newer version can put into words', () => {
  const group = 'live';
  const newer = somePage({ id: 'pg_newnewnewnewnewn', group, incident: severe });

  it('a page that only a newer version can put into words is listed in no message of another page, and takes no slot', () => {
    expect(isListed(newer, false)).toBe(false);
    expect(isListed(somePage({ group }), false)).toBe(true);
    expect(decideBundling(newer, SMS, 1, undefined, undefined, 60_000, T0)).toEqual({ decision: 'send-alone' });
  });

  it('can be spoken of and shown once somebody has it', () => {
    const wording = wordingFor(undefined);
    const answered = answer(newer, 'acknowledge', { at: T0, by: 'Alice', via: 'api' });
    expect(callScript(newer, wording)).toContain('Incident for db');
    const message = slackAnswered(answered, { wording, now: T0, tokens: { resolve: 't' } });
    expect(JSON.stringify(message)).toContain('Alice');
    expect(JSON.stringify(message)).not.toContain('undefined');
  });

  it('says why it is held in the words it has', () => {
    expect(heldText({ until: T0, reason: 'handover' as 'cap' })).toContain('by handover');
  });
});

describe('a circuit in a state of a newer version', () => {
  const ramping = { status: 'RAMPING', share: 0.3, version: 7 } as unknown as Circuit;
  it('stops no page', () => expect(admit(ramping, T0, 0.5, rules())).toBe('send'));
  it('a circuit in a state of a newer version is written by no fault, success, probe or refusal', () => {
    const fault = { opensAtOnce: true, code: '20003', wasProbe: false };
    expect(onFault(ramping, fault, T0, rules())).toBe(ramping);
    expect(onSuccess(ramping, { wasProbe: true, accepted: true }, T0, rules())).toBe(ramping);
    expect(claimProbe(ramping, T0)).toBe(ramping);
    expect(disable(ramping, '21606', T0, rules())).toBe(ramping);
  });
  it('a pin in a mode that is not known leaves the circuit to itself', () => {
    const pin = { mode: 'half', reason: '', by: '', at: T0 } as never;
    expect(admit({ status: 'CLOSED', faults: [], version: 1, pin }, T0, 0, rules())).toBe('send');
    const open = { status: 'OPEN', openedAt: T0, openUntil: T0 + 9, reason: '', version: 1, pin } as Circuit;
    expect(admit(open, T0, 0, rules())).toBe('skip');
  });
});

describe('what a newer version keeps in a delivery survives the changes of this one', () => {
  const newer = { zz: { score: 3 }, lang: 'tlh' };
  const kept = (page: Page) => page.deliveries[SMS]?.newer;

  it('a claim, an answer, a lost worker, a release', () => {
    const queued = withDelivery({ newer });
    const claimed = claim(queued, SMS, 1, 1, T0);
    const taken = claim(withDelivery({ ...lost, newer }), SMS, 1, 1, T0);
    for (const decision of [claimed, taken]) expect('page' in decision && kept(decision.page)).toEqual(newer);
    expect(kept(answer(queued, 'resolve', { at: T0, by: 'Alice', via: 'api' }))).toEqual(newer);
    const held = { ...queued, held: { until: T0, reason: 'cap' as const } };
    expect(kept(release(held, waiting(held), T0))).toEqual(newer);
  });

  it('what a newer version keeps in a delivery survives the changes of this one is written back as it was read, and known fields win over it', () => {
    const item = toItem(withDelivery({}));
    const stored = item.dl as Record<string, Record<string, unknown>>;
    Object.assign(stored[SMS] ?? {}, newer);
    const page = fromItem(item);
    expect(kept(page)).toEqual(newer);
    const changed = someDelivery({ ...flat(page.deliveries[SMS]), status: 'SENT', sentAt: T0 });
    expect(deliveryToItem(changed, page.createdAt)).toMatchObject({ ...newer, s: 'SENT', sa: T0 });
  });

  it('what a newer version keeps in a delivery survives the changes of this one is in no answer of the API', () => {
    const events = [{ at: T0, kind: 'queued', attempt: 0, leg: 0, newer: 'secret' }];
    expect(JSON.stringify(pageView(withDelivery({ newer: { zz: 'secret' }, events })))).not.toContain('secret');
  });
});

describe('events of a newer version', () => {
  /** A page as it is written, with this line in the history of its delivery. */
  const withLine = (line: string) => {
    const item = toItem(withDelivery({}));
    const stored = item.dl as Record<string, { ev: string[] }>;
    stored[SMS]?.ev.push(line);
    return fromItem(item);
  };
  const written = (page: Page) => deliveryToItem(page.deliveries[SMS] as Delivery, page.createdAt).ev as string[];

  it.each(['translated|5000|1|2|vonage|ok|c1', '12|5000|1|2', '4|0|1|1|twilio|queued||eu|3'])(
    'are written back as they were: %s',
    (line) => expect(written(withLine(line)).at(-1)).toBe(line),
  );

  it('are shown by their word', () => {
    const view = pageView(withLine('translated|5000|1|2|vonage'));
    const shown = { kind: 'translated', attempt: 1, leg: 2, provider: 'vonage', at: '2026-11-22T03:00:05.000Z' };
    expect(view.deliveries[0]?.events.at(-1)).toEqual(shown);
  });

  it('kinds that versions before wrote as numbers keep them', () => {
    const kinds = withLine('0|0|0|0').deliveries[SMS]?.events.map(({ kind }) => kind);
    expect(kinds).toEqual(['queued', 'queued']);
    const numbered = Array.from({ length: 12 }, (_, n) => withLine(`${n}|0|0|0`).deliveries[SMS]?.events.at(-1)?.kind);
    expect(numbered).toEqual([
      'queued',
      'claimed',
      'attempt_failed',
      'failed_over',
      'sent',
      'receipt',
      'delivered',
      'deferred',
      'held',
      'retried',
      'dead_lettered',
      'skipped',
    ]);
  });
});
