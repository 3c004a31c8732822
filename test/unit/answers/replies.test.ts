import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alreadyDone, confirmation, HELP_TEXT, nothingOpen, openList } from '../../../lambdas/core/answers/replies.ts';
import { answer } from '../../../lambdas/core/page/answer.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { pageWith } from '../sms/page.ts';

const NOW = 100_000_000;
const paged = (id: string, code: string, more: object = {}): Page => pageWith({ id, ...more }, { code });
const answered = (action: 'acknowledge' | 'resolve', age: number): Page =>
  answer(paged('INC-1042', '7K3'), action, { at: NOW - age, by: 'Bob', via: 'sms' });

describe('texts back', () => {
  it('name the incident and the next step', () => {
    expect(confirmation('acknowledge', [paged('INC-1', '7K3')])).toBe(
      'INC-1 acknowledged. payments-api: High error rate. Reply RESOLVE 7K3 when it is over.',
    );
    expect(confirmation('resolve', [paged('INC-1', '7K3', { title: 'Down!' })])).toBe(
      'INC-1 resolved. payments-api: Down!',
    );
    expect(confirmation('resolve', [paged('INC-1', '7K3'), paged('INC-2', '9FG')])).toBe(
      '2 incidents resolved: INC-1, INC-2.',
    );
  });

  it.each([
    [0, 'just now'],
    [60_000, '1 min ago'],
    [119 * 60_000, '119 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [49 * 3_600_000, '2 days ago'],
  ])('say how long ago somebody was faster: %i ms', (age, words) => {
    expect(alreadyDone(answered('acknowledge', age), NOW)).toBe(
      `INC-1042 was already acknowledged by Bob ${words}. Nothing changed.`,
    );
    expect(nothingOpen(answered('resolve', age), NOW)).toBe(
      `Nothing is open on this phone. INC-1042 was resolved by Bob ${words}.`,
    );
  });

  it('list codes with their incidents, and offer ALL only where there is more than one', () => {
    const [one, two] = [paged('INC-1', '7K3'), paged('INC-2', '9FG', { service: 'search' })];
    expect(openList([[one]], 'resolve')).toBe('1 incident is not resolved: 7K3 INC-1 payments-api. Reply RESOLVE 7K3.');
    expect(openList([[one], [two]], 'acknowledge')).toBe(
      '2 incidents are open: 7K3 INC-1 payments-api, 9FG INC-2 search. Reply ACK 7K3 or ACK ALL.',
    );
  });

  it('a list too long for one text says how many more there are', () => {
    const many = Array.from({ length: 30 }, (_, n): [Page] => [paged(`INC-${1_000 + n}`, `7K${n}`)]);
    const text = openList(many, 'acknowledge', '999');
    expect(segments(text).count).toBe(1);
    expect(text).toMatch(
      /^No 999 here\. 30 incidents are open: 7K0 INC-1000 payments-api, .*, \+\d+ more\. Reply ACK 7K0 or ACK ALL\.$/,
    );
  });

  it('cost one segment, whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
        for (const action of ['acknowledge', 'resolve'] as const) {
          expect(segments(confirmation(action, [paged('INC-1042', '7K3', { title })])).count).toBe(1);
        }
      }),
    );
    expect(segments(HELP_TEXT)).toMatchObject({ encoding: 'GSM-7', count: 1 });
  });
});
