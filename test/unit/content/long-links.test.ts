/** Shared messages keep within what Slack and Teams take: links are left out first, then items. */
import { describe, expect, it } from 'vitest';
import { LISTED } from '../../../lambdas/core/content/bundle.ts';
import { slackBundle, slackBundleAnswered } from '../../../lambdas/core/content/slack.ts';
import { ALL_BLOCKS_MAX } from '../../../lambdas/core/content/slack-blocks.ts';
import { teamsBundle } from '../../../lambdas/core/content/teams.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { LINKS, PAGE } from '../../../scripts/render-content.ts';

const wording = wordingFor('en');
const tokens = { acknowledge: 'token-of-ack', resolve: 'token-of-resolve' };
const linkOf = (length: number) => `https://example.com/${'a'.repeat(length - 20)}`;
const bundleOf = (count: number, more: Partial<Page['incident']> = {}) => ({
  recipientId: 'usr_alice',
  pages: Array.from({ length: count }, (_, n) => ({
    ...PAGE,
    id: `pg_${n}`,
    createdAt: PAGE.createdAt + n,
    incident: { ...PAGE.incident, id: `INC-${n}`, title: `Trouble ${n}`, ...more },
  })),
});
const shownIn = (message: object) => JSON.stringify(message).match(/Trouble \d+/g)?.length;

describe('a Slack message for many incidents', () => {
  it.each([100, 400, 1_300, 2_048])('of 20 with links of %i characters lists all of them', (length) => {
    for (const content of [
      slackBundle(bundleOf(20, { url: linkOf(length) }), { wording, tokens }),
      slackBundleAnswered(bundleOf(20, { url: linkOf(length) }), PAGE, { wording }),
    ]) {
      expect(shownIn(content)).toBe(20);
      expect(JSON.stringify(content.blocks).length).toBeLessThanOrEqual(ALL_BLOCKS_MAX);
    }
  });

  it('keeps the links of the most urgent when not all have room', () => {
    const { blocks } = slackBundle(bundleOf(20, { url: linkOf(1_300) }), { wording, tokens });
    const linked = blocks.map((block) => JSON.stringify(block).includes('<https://'));
    expect(linked.filter(Boolean).length).toBeGreaterThan(2);
    expect(linked.lastIndexOf(true)).toBe(linked.indexOf(true) + linked.filter(Boolean).length - 1);
    expect(linked.indexOf(true)).toBe(1);
  });

  it('lists fewer where the items alone are too many, says how many more there are, and keeps its buttons', () => {
    const { blocks } = slackBundle(bundleOf(20, { service: '&'.repeat(64), title: `Trouble 1 ${'&'.repeat(190)}` }), {
      wording,
      tokens,
    });
    const all = JSON.stringify(blocks);
    expect(all.length).toBeLessThanOrEqual(ALL_BLOCKS_MAX);
    const shown = blocks.length - 3;
    expect(shown).toBeGreaterThan(5);
    expect(all).toContain(`+${20 - shown} more`);
    expect(all).toContain('token-of-ack');
  });
});

describe('a Teams card for many incidents', () => {
  it.each([100, 900, 2_000, 2_048])('of 20 with links of %i characters lists all of them within 28 KB', (length) => {
    const card = teamsBundle(bundleOf(20, { url: linkOf(length) }), { wording, links: LINKS });
    expect(shownIn(card)).toBe(LISTED);
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(27_000);
  });

  it('opens the incidents that a link has room for, the most urgent first', () => {
    const card = JSON.stringify(teamsBundle(bundleOf(20, { url: linkOf(1_900) }), { wording, links: LINKS }));
    expect(card.match(/selectAction/g)?.length).toBeGreaterThan(5);
    expect(card.match(/"title":"INC-0"/)).not.toBeNull();
    expect(card.match(/"title":"INC-19"/)).toBeNull();
  });
});
