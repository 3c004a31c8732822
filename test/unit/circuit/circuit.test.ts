import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  admit,
  type Circuit,
  claimProbe,
  disable,
  faultsSoFar,
  NEW_CIRCUIT,
  onFault,
  onSuccess,
  withPin,
} from '../../../lambdas/core/circuit/circuit.ts';
import { FIXED, rules } from '../../../lambdas/core/rules.ts';

const R = rules();
const T0 = Date.parse('2026-11-22T03:00:00Z');
const fault = { opensAtOnce: false, code: 'http_503', wasProbe: false };
const faults = (...at: number[]): Circuit => at.reduce((c, ms) => onFault(c, fault, T0 + ms, R), NEW_CIRCUIT);

test('three consecutive faults within a minute open it, and not three within more', () => {
  expect(faults(0, 30_000, 59_999).status).toBe('OPEN');
  expect(faults(0, 30_000, 60_000).status).toBe('CLOSED');
});

test('a success between them clears the count', () => {
  const cleared = onSuccess(faults(0, 1), { wasProbe: false, accepted: true }, T0 + 2, R);
  expect(onFault(cleared, fault, T0 + 3, R).status).toBe('CLOSED');
});

test('an account fault opens it at once', () => {
  expect(onFault(NEW_CIRCUIT, { ...fault, opensAtOnce: true }, T0, R).status).toBe('OPEN');
});

test('open for a minute, then one probe; its failure opens it for another minute, its success closes it', () => {
  const open = faults(0, 0, 0);
  expect(admit(open, T0 + R.circuitOpen - 1, 0, R)).toBe('skip');
  expect(admit(open, T0 + R.circuitOpen, 0, R)).toBe('probe');
  const half = claimProbe(open, T0 + R.circuitOpen);
  expect(admit(half, T0 + R.circuitOpen + 1, 0, R)).toBe('skip');
  expect(admit(half, T0 + R.circuitOpen + FIXED.lease, 0, R)).toBe('probe');
  const again = onFault(half, { ...fault, wasProbe: true }, T0 + 70_000, R);
  expect([again.status, admit(again, T0 + 70_000 + R.circuitOpen - 1, 0, R)]).toEqual(['OPEN', 'skip']);
  expect(onSuccess(half, { wasProbe: true, accepted: true }, T0 + 61_000, R).status).toBe('CLOSED');
  expect(onSuccess(half, { wasProbe: false, accepted: true }, T0 + 61_000, R)).toBe(half);
});

test('an open circuit keeps count: the faults that opened it, and every failed probe', () => {
  const probed = (circuit: Circuit) => onFault(claimProbe(circuit, T0), { ...fault, wasProbe: true }, T0, R);
  const counts = (circuit: Circuit) => [faultsSoFar(circuit, T0), faultsSoFar(probed(circuit), T0)];
  expect(counts(faults(0, 0, 0))).toEqual([3, 4]);
  expect(counts(onFault(NEW_CIRCUIT, { ...fault, opensAtOnce: true }, T0, R))).toEqual([1, 2]);
  expect(counts(probed(faults(0, 0, 0)))).toEqual([4, 5]);
  expect(faultsSoFar(disable(faults(0, 0), '21606', T0, R), T0)).toBe(2);
  expect(faultsSoFar(onSuccess(claimProbe(faults(0, 0, 0), T0), { wasProbe: true, accepted: true }, T0, R), T0)).toBe(
    0,
  );
});

test.each([
  [0, 0.01],
  [R.rampStep, 0.05],
  [2 * R.rampStep, 0.25],
  [3 * R.rampStep, 1],
])('%i ms after it closed a share of %f is let through', (ms, share) => {
  const closed = onSuccess(claimProbe(faults(0, 0, 0), T0), { wasProbe: true, accepted: true }, T0, R);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (ticket) => {
      expect(admit(closed, T0 + ms, ticket, R)).toBe(ticket < share ? 'send' : 'skip');
    }),
  );
});

test('a pin outranks faults and successes, and takes a refused sender back at once', () => {
  const pin = { mode: 'closed', reason: 'test', by: 'ops', at: T0 } as const;
  const pinned = withPin(faults(0, 0, 0), pin);
  expect(admit(onFault(pinned, fault, T0, R), T0, 0.9, R)).toBe('send');
  expect(admit(withPin(NEW_CIRCUIT, { ...pin, mode: 'open' }), T0, 0, R)).toBe('skip');
  const refused = disable(NEW_CIRCUIT, '21606', T0, R);
  expect(admit(refused, T0 + R.senderProbe - 1, 0, R)).toBe('skip');
  expect(admit(withPin(withPin(refused, pin), undefined), T0, 0.9, R)).toBe('send');
});

describe('a sender that the provider refuses', () => {
  const off = disable(NEW_CIRCUIT, '21606', T0, R);
  const at = T0 + R.senderProbe;
  const probe = claimProbe(off, at);

  test('lets one page an hour through, and is used again once that page’s message is taken', () => {
    expect([admit(off, at - 1, 0, R), admit(off, at, 0, R), admit(probe, at, 0, R)]).toEqual(['skip', 'probe', 'skip']);
    expect(onSuccess(probe, { wasProbe: true, accepted: true }, at, R).status).toBe('CLOSED');
  });

  test.each<[string, (circuit: Circuit) => Circuit]>([
    ['the sender is refused again', (c) => disable(c, '21606', at, R)],
    ['the provider is down', (c) => onFault(c, { ...fault, wasProbe: true }, at, R)],
    ['the account is refused', (c) => onFault(c, { ...fault, opensAtOnce: true, wasProbe: true }, at, R)],
    ['the recipient is refused', (c) => onSuccess(c, { wasProbe: true, accepted: false }, at, R)],
  ])('stays off for another hour when %s', (_, decide) => {
    const again = decide(probe);
    expect(again).toMatchObject({ status: 'OPEN', reason: '21606', openUntil: at + R.senderProbe });
    expect(admit(again, at + R.senderProbe - 1, 0, R)).toBe('skip');
    expect(admit(again, at + R.senderProbe, 0, R)).toBe('probe');
  });

  test('a sender that the provider refuses is not kept off for longer by late receipts that say the same', () => {
    expect(disable(off, '21606', T0 + R.senderProbe / 2, R)).toBe(off);
  });

  test('a sender that the provider refuses is tried again although a version without the hourly probe switched it off for ever', () => {
    const old: Circuit = {
      status: 'OPEN',
      openedAt: T0,
      openUntil: Date.UTC(9999, 11, 31),
      reason: '21606',
      version: 4,
    };
    expect([admit(old, at - 1, 0, R), admit(old, at, 0, R)]).toEqual(['skip', 'probe']);
    const refused = onSuccess(claimProbe(old, at), { wasProbe: true, accepted: false }, at, R);
    expect(refused).toMatchObject({ status: 'OPEN', openUntil: at + R.senderProbe });
  });
});

test('every change raises the version by one, and nothing else does', () => {
  const event = fc.constantFrom<(c: Circuit, now: number) => Circuit>(
    (c, now) => onFault(c, fault, now, R),
    (c, now) => onFault(c, { ...fault, wasProbe: true }, now, R),
    (c, now) => onSuccess(c, { wasProbe: true, accepted: true }, now, R),
    (c, now) => onSuccess(c, { wasProbe: false, accepted: true }, now, R),
    (c, now) => claimProbe(c, now),
    (c, now) => disable(c, '21606', now, R),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(120_000))), (steps) => {
      let [circuit, now]: [Circuit, number] = [NEW_CIRCUIT, T0];
      for (const [step, wait] of steps) {
        now += wait;
        const next = step(circuit, now);
        expect(next.version).toBe(next === circuit ? circuit.version : circuit.version + 1);
        circuit = next;
      }
    }),
  );
});
