/** Content that means something somewhere: in HTML, mrkdwn, Markdown, XML, headers, to a terminal or to an eye. */
import fc from 'fast-check';
import type { Page, PageType, Priority } from '../../../lambdas/core/page/page.ts';
import { PAGE_TYPES, PRIORITIES } from '../../../lambdas/core/page/page.ts';
import { PAGE } from '../../../scripts/render-content.ts';

const PIECES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='x",
  '<!channel> <@U123> <!subteam^S1> <https://evil.example|click>',
  '<Say>hi</Say>&amp;&#10;',
  ']]>',
  '*bold* _it_ ~no~ `code` ```block```',
  '[link](javascript:alert(1)) ![i](x) # head\n- item\n1. one',
  '{{DATE(2026-01-01T00:00:00Z,SHORT)}} $' + '{x} {service} {title} $& $1 $$',
  '\r\nBcc: everybody@example.com\r\n\r\nbody',
  '\u0000\u0007\u001b[31m\u0085\u2028\u2029',
  '\u202eevil\u202c\u2066x\u2069\u200f\u061c',
  '\ud800 \udc00 lone',
  '👩‍🚒🔥 データベース停止 مرحبا קו',
  'e\u0301'.repeat(40),
  `z${'\u0335'.repeat(60)}`,
  '%%%% &&&& //// #### @@@@',
  '...!!!???',
  'payments_api',
  '-',
  ' ',
];
const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('x', '&', '"', '\\', '字', '*').chain((c) => fc.nat(5_000).map((n) => c.repeat(n))),
  },
);
export const hostile = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(' '));
const filled = hostile.map((text) => text || 'x');

export const hostilePage: fc.Arbitrary<Page> = fc
  .record({
    id: filled,
    service: filled,
    title: filled,
    description: hostile,
    team: hostile,
    by: hostile,
    alertCount: fc.nat(),
    url: fc.oneof(
      fc.constantFrom('javascript:alert(1)', 'https://x/"><b>', 'https://a:b@x/', 'http://x/|y>z', 'https://x/?a&b'),
      fc.nat(3_000).map((n) => `https://example.com/${'&'.repeat(n)}`),
      hostile,
    ),
    triggeredAt: fc.constantFrom('2026-11-22T10:00:00Z', 'never', '<b>'),
    type: fc.constantFrom<PageType>(...PAGE_TYPES),
    priority: fc.constantFrom<Priority>(...PRIORITIES),
    level: fc.integer({ min: -1, max: 99 }),
    answered: fc.constantFrom('no', 'acknowledged', 'resolved'),
    test: fc.boolean(),
  })
  .map(
    ({ id, service, title, description, team, by, alertCount, url, triggeredAt, type, priority, level, ...rest }) => {
      const answer = { at: PAGE.createdAt, by, via: 'link' } as const;
      return {
        ...PAGE,
        incident: { id, service, title, description, priority, alertCount, url, triggeredAt, team: { name: team } },
        type,
        escalationLevel: level,
        ...(rest.test && { test: true as const }),
        ...(rest.answered === 'acknowledged' && { acknowledged: answer }),
        ...(rest.answered === 'resolved' && { resolved: answer }),
      };
    },
  );

export const hostileBundle = fc
  .array(hostilePage, { minLength: 1, maxLength: 30 })
  .map((pages) => ({ recipientId: 'usr_alice', pages }));

/** Every string in a JSON value. */
export function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}

/** Every object in a JSON value, the value itself first. */
export function objectsOf(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsOf)];
}

/** Characters that no reader should ever get: controls, direction overrides, halves of characters. */
export const UNSEEN = /(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]|\p{Cs}/u;
