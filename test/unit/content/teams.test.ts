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

  it('a Teams card is one of version 1.4, the newest that workflows post', () => {
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

  it('fits them with the longest of everything, in three bytes a character', () => {
    const long = '字'.repeat(5_000);
    const url = `https://example.com/${'a'.repeat(1_900)}`;
    const incident = { ...PAGE.incident, id: long, service: long, title: long, team: { name: long }, url };
    const links = { acknowledge: url, resolve: url };
    for (const description of [long, '"'.repeat(5_000), 'x\n'.repeat(2_500)]) {
      const page = { ...PAGE, incident: { ...incident, description } };
      expect(sizeOf(teamsCard(page, { ...options, links }))).toBeLessThan(28 * 1024);
      const bundle = { recipientId: 'usr_alice', pages: Array.from({ length: 30 }, () => page) };
      expect(sizeOf(teamsBundle(bundle, { ...options, links }))).toBeLessThan(28 * 1024);
    }
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
