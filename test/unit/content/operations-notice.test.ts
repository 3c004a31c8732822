import { expect, test } from 'vitest';
import type { AlertTally } from '../../../lambdas/core/alerts/window.ts';
import { noticeOf } from '../../../lambdas/core/content/operations-notice.ts';

const API = 'https://abc.execute-api.eu-west-1.amazonaws.com/api';
const start = Date.parse('2026-11-22T03:05:00Z');
const noticed = (opening: Partial<AlertTally>, group = { kind: 'FAILED' as const, cause: '30007' }) =>
  noticeOf(
    group,
    {
      version: 1,
      start,
      until: start + 300_000,
      openedBy: '',
      told: false,
      opening: {
        since: Date.parse('2026-11-22T03:01:00Z'),
        counts: { HIGH: 1 },
        subjects: [{ pageId: 'pg_aaaaaaaaaaaaaaaa', incidentId: 'INC-1', recipientId: 'usr_alice' }],
        ...opening,
      },
    },
    API,
  );

test('a notice says how many, why, since when, which, and where to read on', () => {
  const { text, title, subject, incidentId } = noticed({ counts: { CRITICAL: 2, HIGH: 11 } });
  expect(title).toBe('13 pages failed on every channel (30007)');
  expect(subject).toBe('Lifeline: 13 pages failed on every channel (30007)');
  expect(incidentId).toBe('lifeline-FAILED-30007-20261122T030500');
  expect(text.split('\n')).toEqual([
    '13 pages failed on every channel (30007), since 2026-11-22T03:01:00.000Z: 2 CRITICAL, 11 HIGH.',
    '',
    `- INC-1 to usr_alice: ${API}/notifications/pg_aaaaaaaaaaaaaaaa`,
    `and 3 more: GET ${API}/notifications`,
    '',
    'What to do: docs/runbook.md#pages-failed',
    'Of the same cause you hear again in 5 minutes at the earliest, with what has come until then.',
  ]);
});

test('one page is named in the title, which is all that a text has room for', () => {
  const { title, subject } = noticed({});
  expect(title).toBe('The page about INC-1 to usr_alice failed on every channel (30007)');
  expect(subject).toBe('Lifeline: The page about INC-1 to usr_alice failed on every channel (30007)');
});

test('operations is paged as CRITICAL for CRITICAL pages that nobody answered, else as HIGH', () => {
  const exhausted = { kind: 'EXHAUSTED' as const, cause: 'exhausted' } as never;
  expect(noticed({ counts: { HIGH: 3, CRITICAL: 1 } }, exhausted).priority).toBe('CRITICAL');
  expect(noticed({ counts: { HIGH: 3 } }, exhausted).priority).toBe('HIGH');
  expect(noticed({ counts: { CRITICAL: 1 } }).priority).toBe('HIGH');
});

test('whatever the cause, the subject is one that SNS takes and the incident id one that pages may have', () => {
  const group = { kind: 'NO_USABLE_CHANNEL', cause: `\n„${'phone-unverified, '.repeat(9)}“` } as never;
  const { subject, incidentId } = noticed({}, group);
  expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
  expect(incidentId.length).toBeLessThanOrEqual(64);
  expect(incidentId).toMatch(/-20261122T030500$/);
});

test.each([
  ['no_usable_channel: phone-unverified', 'no_usable_channel: phone-missing'],
  ['mailbox full', 'mailbox-full'],
  ['5.7.1', '5.7.1 '],
  ['x'.repeat(80), 'x'.repeat(81)],
  ['é', 'ü'],
])('the causes %j and %j of one moment are two incidents, so that neither hides the other', (one, other) => {
  const idOf = (cause: string) => noticed({}, { kind: 'NO_USABLE_CHANNEL', cause } as never).incidentId;
  expect(idOf(one)).not.toBe(idOf(other));
  for (const id of [one, other].map(idOf))
    expect(id).toMatch(/^lifeline-NO_USABLE_CHANNEL-[\w.@+-]{1,21}-20261122T030500$/);
});

test('phone numbers that serve as ids are masked', () => {
  const { text, title, subject } = noticed({ subjects: [{ incidentId: 'INC-1', recipientId: '+14155550100' }] });
  expect(`${text}${title}${subject}`).not.toContain('5550100');
});
