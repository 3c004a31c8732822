import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alreadyDone,
  confirmation,
  helpText,
  howToStop,
  nothingOpen,
  openList,
} from '../../../lambdas/core/content/text-replies.ts';
import { LANGUAGES, wordingFor } from '../../../lambdas/core/content/wording.ts';
import { answer } from '../../../lambdas/core/page/answer.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { pageWith } from '../sms/page.ts';

const NOW = 100_000_000;
const en = wordingFor('en');
const paged = (id: string, code: string, more: object = {}): Page => pageWith({ id, ...more }, { code });
const answered = (action: 'acknowledge' | 'resolve', age: number): Page =>
  answer(paged('INC-1042', '7K3'), action, { at: NOW - age, by: 'Bob', via: 'sms' });

describe('texts back', () => {
  it('name the incident and the next step', () => {
    expect(confirmation('acknowledge', [paged('INC-1', '7K3')], en)).toBe(
      'INC-1 acknowledged. payments-api: High error rate. Reply RESOLVE 7K3 when it is over.',
    );
    expect(confirmation('resolve', [paged('INC-1', '7K3', { title: 'Down!' })], en)).toBe(
      'INC-1 resolved. payments-api: Down!',
    );
    expect(confirmation('resolve', [paged('INC-1', '7K3'), paged('INC-2', '9FG')], en)).toBe(
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
    expect(alreadyDone(answered('acknowledge', age), NOW, en)).toBe(
      `INC-1042 was already acknowledged by Bob ${words}. Nothing changed.`,
    );
    expect(nothingOpen(answered('resolve', age), NOW, en)).toBe(
      `Nothing is open on this phone. INC-1042 was resolved by Bob ${words}.`,
    );
  });

  it('list codes with their incidents, and offer ALL only where there is more than one', () => {
    const [one, two] = [paged('INC-1', '7K3'), paged('INC-2', '9FG', { service: 'search' })];
    expect(openList([[one]], 'resolve', en)).toBe(
      '1 incident is not resolved: 7K3 INC-1 payments-api. Reply RESOLVE 7K3.',
    );
    expect(openList([[one], [two]], 'acknowledge', en)).toBe(
      '2 incidents are open: 7K3 INC-1 payments-api, 9FG INC-2 search. Reply ACK 7K3 or ACK ALL.',
    );
  });

  it('a list too long for one text says how many more there are', () => {
    const many = Array.from({ length: 30 }, (_, n): [Page] => [paged(`INC-${1_000 + n}`, `7K${n}`)]);
    const text = openList(many, 'acknowledge', en, '999');
    expect(segments(text).count).toBe(1);
    expect(text).toMatch(
      /^No 999 here\. 30 incidents are open: 7K0 INC-1000 payments-api, .*, \+\d+ more\. Reply ACK 7K0 or ACK ALL\.$/,
    );
  });

  it.each(Object.keys(LANGUAGES))('cost one segment of GSM-7 in %s, whatever the title', (language) => {
    const w = wordingFor(language);
    const page = (title: string) => paged('INC-1042', '7K3', { title });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
        for (const action of ['acknowledge', 'resolve'] as const) {
          expect(segments(confirmation(action, [page(title)], w)).count).toBe(1);
        }
      }),
    );
    const many: [Page, Page] = [page('a'), page('b')];
    const done = answered('acknowledge', 3_600_000);
    const texts = [
      ...[confirmation('acknowledge', [page('High error rate')], w), confirmation('resolve', many, w)],
      ...[alreadyDone(done, NOW, w), nothingOpen(done, NOW, w), helpText(w), howToStop(w)],
      ...[openList([many], 'acknowledge', w, '999'), openList([[page('a')], [page('b')]], 'resolve', w)],
    ];
    for (const text of texts) {
      expect(segments(text), text).toMatchObject({ encoding: 'GSM-7', count: 1 });
      expect(text).not.toMatch(/[{}]/);
    }
    // The verbs are the same everywhere.
    expect(texts[0]).toContain('RESOLVE 7K3');
    expect(texts.at(-1)).toMatch(/RESOLVE 7K3.*RESOLVE ALL/);
  });

  it('are in the words of whoever they are sent to', () => {
    expect(confirmation('acknowledge', [paged('INC-1', '7K3')], wordingFor('de-AT'))).toBe(
      'INC-1 übernommen. payments-api: High error rate. Antworten Sie RESOLVE 7K3, wenn es vorbei ist.',
    );
    expect(nothingOpen(answered('resolve', 60_000), NOW, wordingFor('fr'))).toBe(
      "Rien n'est ouvert sur ce téléphone. INC-1042 a été résolu par Bob il y a 1 min.",
    );
  });

  it('leave out a title of which nothing can be shown', () => {
    expect(confirmation('resolve', [paged('INC-1', '7K3', { title: '\u200b' })], en)).toBe(
      'INC-1 resolved. payments-api.',
    );
  });
});
