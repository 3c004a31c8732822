import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMarkdown, teamsBundle, teamsCard } from '../../../lambdas/core/content/teams.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { LINKS, PAGE } from '../../../scripts/render-content.ts';
import { hostileBundle, hostilePage, objectsOf, stringsOf, UNSEEN } from './hostile.ts';

const options = { wording: wordingFor('en'), links: LINKS };
const actionsOf = (card: object) =>
  objectsOf(card).flatMap(({ type, title, url }) => (type === 'Action.OpenUrl' ? [`${title} ${url}`] : []));
/** As it is posted (reference: Teams workflows). */
const sizeOf = (card: object) =>
  Buffer.byteLength(
    JSON.stringify({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
    }),
  );

describe('a Teams card', () => {
  it('opens the two action pages and the incident', () => {
    expect(actionsOf(teamsCard(PAGE, options))).toEqual([
      `Acknowledge ${LINKS.acknowledge}`,
      `Resolve ${LINKS.resolve}`,
      'Open incident https://example.com/i/1042',
    ]);
    expect(actionsOf(teamsCard({ ...PAGE, type: 'acknowledgment' }, options))).toEqual([
      'Open incident https://example.com/i/1042',
    ]);
  });

  it('is one of version 1.4, the newest that workflows post', () => {
    expect(teamsCard(PAGE, options)).toMatchObject({ type: 'AdaptiveCard', version: '1.4' });
  });
});

describe('Markdown in facts', () => {
  it.each([
    ['payments_api-v2', 'payments_api-v2'],
    ['22.11.2026, 11:00', '22.11.2026, 11:00'],
    ['*b* _i_', '\\*b\\* \\_i\\_'],
    ['[x](y)', '\\[x\\](y)'],
    ['- item', '\\- item'],
    ['1. one', '1\\. one'],
    ['# head', '\\# head'],
    ['\\*', '\\\\\\*'],
    ['{{DATE(x)}}', '{\u200b{DATE(x)}}'],
  ])('%s becomes %s', (text, escaped) => expect(escapeMarkdown(text)).toBe(escaped));
});

describe('whatever a page contains, its Teams card', () => {
  const all = fc.oneof(
    hostilePage.map((page) => teamsCard(page, { ...options, late: 0 })),
    hostileBundle.map((bundle) => teamsBundle(bundle, { ...options, late: 0 })),
  );

  it('fits the 28 KB that Teams takes', () => {
    fc.assert(
      fc.property(all, (card) => {
        expect(sizeOf(card)).toBeLessThan(28 * 1024);
      }),
    );
  });

  it('puts what others wrote into text runs, which know no Markdown, or escapes it in facts', () => {
    fc.assert(
      fc.property(all, (card) => {
        const objects = objectsOf(card);
        expect(objects.filter(({ type }) => type === 'TextBlock')).toEqual([]);
        for (const { facts } of objects) {
          for (const { value } of (facts ?? []) as { value: string }[]) {
            expect(value.replaceAll(/\\./g, '')).not.toMatch(/[*`~[\]<>#|!]|\{\{/);
          }
        }
        for (const { url } of objects) if (url !== undefined) expect(url).toMatch(/^https?:\/\//);
        for (const text of stringsOf(card)) expect(text).not.toMatch(UNSEEN);
      }),
    );
  });
});
