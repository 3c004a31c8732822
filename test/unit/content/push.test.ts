import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pushBundle, pushContent } from '../../../lambdas/core/content/push.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { LINKS, PAGE } from '../../../scripts/render-content.ts';
import { hostileBundle, hostilePage, stringsOf, UNSEEN } from './hostile.ts';

const options = { wording: wordingFor('en'), link: LINKS.acknowledge };

describe('a notification', () => {
  it('breaks through do-not-disturb only when it is critical and asks for an answer', () => {
    const criticalOf = (page: Partial<typeof PAGE>, priority = PAGE.incident.priority) =>
      pushContent({ ...PAGE, ...page, incident: { ...PAGE.incident, priority } }, options).critical;
    expect(criticalOf({})).toBe(true);
    expect(criticalOf({ type: 'escalation' })).toBe(true);
    expect(criticalOf({}, 'HIGH')).toBe(false);
    expect(criticalOf({ type: 'resolution' })).toBe(false);
    expect(criticalOf({ type: 'acknowledgment' })).toBe(false);
  });

  it('carries the page, the incident and where a tap leads', () => {
    const { data } = pushContent(PAGE, options);
    expect(data).toMatchObject({ pageId: PAGE.id, incidentId: 'INC-1042', link: LINKS.acknowledge });
    const long = `https://x.example/${'a'.repeat(1_000)}`;
    expect(pushContent(PAGE, { ...options, link: long }).data).not.toHaveProperty('link');
    expect(pushContent(PAGE, { ...options, link: 'javascript:alert(1)' }).data).not.toHaveProperty('link');
  });

  it('stays far below 4 KB, with the whole id in the body, whatever the page contains', () => {
    const all = fc.oneof(
      hostilePage.map((page) => pushContent(page, { ...options, late: 0 })),
      hostileBundle.map((bundle) => pushBundle(bundle, { ...options, late: 0 })),
    );
    fc.assert(
      fc.property(all, (content) => {
        expect(Buffer.byteLength(JSON.stringify(content))).toBeLessThan(3_500);
        expect(content.title).not.toMatch(/[\r\n]/);
        for (const text of stringsOf(content)) expect(text).not.toMatch(UNSEEN);
      }),
    );
  });
});
