import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slackAnswered, slackBundle, slackMessage, slackTeamPost } from '../../../lambdas/core/content/slack.ts';
import { escapeMrkdwn } from '../../../lambdas/core/content/slack-blocks.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { LINKS, PAGE } from '../../../scripts/render-content.ts';
import { hostile, hostileBundle, hostilePage, objectsOf, stringsOf, UNSEEN } from './hostile.ts';

const wording = wordingFor('en');
const tokens = { acknowledge: 'token-of-ack', resolve: 'token-of-resolve' };
const options = { wording, tokens };
const now = PAGE.createdAt + 7 * 60_000;
const alice = { at: PAGE.createdAt, by: 'Alice', via: 'slack' } as const;
const buttonsOf = (content: object) =>
  objectsOf(content).flatMap(({ type, action_id, value, style }) =>
    type === 'button' ? [{ action_id, value, style }] : [],
  );
const RESOLVE = { action_id: 'resolve', value: 'token-of-resolve', style: undefined };

describe('a Slack message', () => {
  it('a Slack message has the two buttons that docs/spec/delivery.md#slack describes, with the tokens as values', () => {
    const ACK = { action_id: 'ack', value: 'token-of-ack', style: 'primary' };
    expect(buttonsOf(slackMessage(PAGE, options))).toEqual([ACK, RESOLVE]);
    expect(buttonsOf(slackTeamPost(PAGE, options))).toEqual([ACK, RESOLVE]);
  });

  it('has none where there is nothing to answer', () => {
    expect(buttonsOf(slackMessage({ ...PAGE, type: 'resolution' }, options))).toEqual([]);
    expect(buttonsOf(slackMessage({ ...PAGE, resolved: alice }, options))).toEqual([]);
    expect(buttonsOf(slackMessage({ ...PAGE, acknowledged: alice }, options))).toEqual([RESOLVE]);
  });

  it('links its text alone to the action page while somebody has to answer, and to the incident otherwise', () => {
    const url = 'https://example.com/i/7?a=1&b=2';
    const linkOf = (page: Partial<Page>, links: object = LINKS) =>
      slackMessage({ ...PAGE, incident: { ...PAGE.incident, url }, ...page }, { ...options, links }).link;
    const incident = '<https://example.com/i/7?a=1&amp;b=2|Open incident>';
    expect(linkOf({})).toBe(`<${LINKS.acknowledge}|Acknowledge>`);
    expect(linkOf({ acknowledged: alice })).toBe(`<${LINKS.resolve}|Resolve>`);
    expect([linkOf({ type: 'resolution' }), linkOf({ resolved: alice }), linkOf({}, {})]).toEqual([
      incident,
      incident,
      incident,
    ]);
    expect(slackTeamPost(PAGE, { ...options, links: LINKS }).link).toBe(`<${LINKS.acknowledge}|Acknowledge>`);
  });

  it('links its text alone to nothing where there is no address, or one too long for a link', () => {
    for (const url of [undefined, `https://example.com/${'a'.repeat(2_000)}`, 'javascript:alert(1)']) {
      const { url: _, ...incident } = PAGE.incident;
      const page = { ...PAGE, incident: { ...incident, ...(url !== undefined && { url }) } };
      expect(slackMessage(page, options)).not.toHaveProperty('link');
    }
  });

  it('opens action pages where there are no tokens', () => {
    const buttons = objectsOf(slackMessage(PAGE, { wording, links: LINKS })).filter(({ type }) => type === 'button');
    expect(buttons.map(({ url }) => url)).toEqual([LINKS.acknowledge, LINKS.resolve]);
    expect(buttons.map(({ action_id }) => action_id)).toEqual(['open_ack', 'open_resolve']);
  });

  it("links the incident and shows its time in the reader's own zone", () => {
    const strings = stringsOf(slackMessage(PAGE, options));
    expect(strings).toContain('*Incident*\n<https://example.com/i/1042|INC-1042>');
    expect(strings).toContain('*Triggered*\n<!date^1795341600^{date_short_pretty}, {time}|22 Nov 2026, 10:00 UTC>');
  });

  it('once answered says who and since when; Resolve remains while it is only acknowledged', () => {
    const acknowledged = slackAnswered({ ...PAGE, acknowledged: alice }, { ...options, now });
    expect(acknowledged.text).toMatch(/^Acknowledged by Alice, 7 minutes ago\. /);
    expect(stringsOf(acknowledged).join()).toContain('*Acknowledged by Alice*  <!date^1795341600^');
    expect(buttonsOf(acknowledged)).toEqual([RESOLVE]);
    const resolved = slackAnswered(
      { ...PAGE, acknowledged: alice, resolved: { ...alice, by: 'Bob' } },
      { ...options, now },
    );
    expect(stringsOf(resolved).join()).toContain('*Resolved by Bob*');
    expect(buttonsOf(resolved)).toEqual([]);
    expect(buttonsOf(slackAnswered({ ...PAGE, acknowledged: alice }, { wording, now }))).toEqual([]);
  });

  it('in the team channel says who is paged', () => {
    expect(stringsOf(slackTeamPost(PAGE, { ...options, name: 'Alice <!here>' }))).toContain(
      'Alice &lt;!here&gt; is being paged.',
    );
  });
});

describe('names that people copy', () => {
  it('stay as they are, underscores and all; what would format does not', () => {
    expect(escapeMrkdwn('payments_api-v2.eu_west')).toBe('payments_api-v2.eu_west');
    expect(escapeMrkdwn('*x* a & b')).toBe('*\u200bx* a &amp; b');
    expect(escapeMrkdwn('> quoted')).toBe('\u200b&gt; quoted');
  });

  it('come out again when Slack decodes them', () => {
    const decode = (text: string) =>
      text.replaceAll('\u200b', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    fc.assert(
      fc.property(hostile, (text) => {
        expect(decode(escapeMrkdwn(text))).toBe(text.replaceAll('\u200b', ''));
      }),
    );
  });
});

describe('whatever a page contains, its Slack message', () => {
  const answered = (page: Page) => slackAnswered(page, { ...options, now });
  const all = fc.oneof(
    hostilePage.map((page) => slackMessage(page, options)),
    hostilePage.map((page) => slackTeamPost(page, { ...options, name: page.incident.title })),
    hostilePage.map(answered),
    hostileBundle.map((bundle) => slackBundle(bundle, { ...options, late: now })),
  );

  it('pings nobody and links nothing but the incident', () => {
    fc.assert(
      fc.property(all, (content) => {
        const ours = /<!date\^\d+\^\{date_short_pretty\}, \{time\}\|[^<>|]*>|<https?:\/\/[^<>|\s]*\|[^<>|]*>/g;
        for (const text of stringsOf(content)) expect(text.replaceAll(ours, '')).not.toMatch(/[<>]/);
        for (const { type, verbatim } of objectsOf(content)) if (type === 'mrkdwn') expect(verbatim).toBe(true);
      }),
    );
  });

  it("keeps Slack's limits, or Slack would refuse the page", () => {
    fc.assert(
      fc.property(all, ({ text, blocks }) => {
        expect(text.length).toBeLessThan(10_000);
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const block of objectsOf(blocks)) {
          const {
            type,
            text: inner,
            fields,
            elements,
          } = block as Record<string, { text: string } & { text: string }[]>;
          if (String(type) === 'header') expect(inner?.text.length).toBeLessThanOrEqual(150);
          if (String(type) === 'section' && inner) expect(inner.text.length).toBeLessThanOrEqual(3_000);
          if (fields) expect(fields.length).toBeLessThanOrEqual(10);
          for (const field of fields ?? []) expect(field.text.length).toBeLessThanOrEqual(2_000);
          if (String(type) === 'context')
            for (const part of elements ?? []) expect(part.text.length).toBeLessThanOrEqual(3_000);
        }
        for (const part of stringsOf({ text, blocks })) {
          expect(part).not.toBe('');
          expect(part).not.toMatch(UNSEEN);
        }
      }),
    );
  });
});
