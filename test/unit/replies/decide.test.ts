import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answer } from '../../../lambdas/core/page/answer.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { type Decision, decideAnswer } from '../../../lambdas/core/replies/decide.ts';
import { HOUR } from '../../../lambdas/core/time.ts';
import { SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

let made = 0;
/** A page that was sent and waits for its answer. */
const open = (incident: string, fields: Partial<Page> = {}): Page =>
  somePage({
    id: `pg_${String(++made)
      .padStart(16, 'a')
      .replaceAll(/[018 9]/g, 'b')}`,
    incident: { ...somePage().incident, id: incident },
    code: `C${made}`,
    deliveries: { [SMS]: someDelivery({ status: 'SENT', sentAt: T0 }) },
    ...fields,
  });
const acked = (page: Page) => answer(page, 'acknowledge', { at: T0, by: 'Bob', via: 'api' });
const resolved = (page: Page) => answer(page, 'resolve', { at: T0, by: 'Bob', via: 'api' });
const delivered = { [SMS]: someDelivery({ status: 'DELIVERED', deliveredAt: T0 }) };
const bare = (pages: Page[], now = T0 + 2 * HOUR) => decideAnswer(pages, 'acknowledge', { which: 'only' }, now);
const byCode = (pages: Page[], code: string, alone = false) =>
  decideAnswer(pages, 'acknowledge', { which: 'code', code, alone }, T0);
const incidents = (decision: Decision) =>
  'incidents' in decision ? decision.incidents.map(([page]) => page.incident.id) : [];

describe('ACK alone', () => {
  it('answers the one open incident, with all its pages on the phone', () => {
    const pages = [open('A'), open('A', { escalationLevel: 1, createdAt: T0 + 1 })];
    expect(bare(pages)).toEqual({ do: 'answer', incidents: [[pages[1], pages[0]]] });
  });

  it('changes nothing when two are open, and lists them, newest first', () => {
    const decision = bare([open('A'), open('B', { createdAt: T0 + 1 })]);
    expect([decision.do, incidents(decision)]).toEqual(['list', ['B', 'A']]);
  });

  it.each([
    ['acknowledged', acked(open('B'))],
    ['resolved', resolved(open('B'))],
    ['news', open('B', { type: 'resolution' })],
    ['old and asks for no answer', open('B', { requireAck: false })],
    ['delivered, old and asks for no answer', open('B', { requireAck: false, deliveries: delivered })],
  ])('is clear when the other one is %s', (_what, other) => {
    expect(incidents(bare([open('A'), other]))).toEqual(['A']);
    expect(bare([open('A'), other]).do).toBe('answer');
  });

  it('ACK alone is not clear when the other page came within the hour, even if that asks for no answer', () => {
    const other = open('B', { requireAck: false, deliveries: delivered, createdAt: T0 + HOUR + 1 });
    expect(bare([open('A'), other]).do).toBe('list');
  });

  it('may mean an old page that asks for no answer, or an exhausted one, if nothing else waits', () => {
    const exhausted = { [SMS]: someDelivery({ status: 'FAILED', failedAt: T0, error: {} }) };
    for (const page of [
      open('A', { requireAck: false, deliveries: delivered }),
      open('A', { deliveries: exhausted }),
    ]) {
      expect(incidents(bare([page]))).toEqual(['A']);
    }
  });

  it('says that nothing is open, and who had the latest', () => {
    expect(bare([])).toEqual({ do: 'nothing-open' });
    const latest = acked(open('B', { createdAt: T0 + 1 }));
    expect(bare([acked(open('A')), latest])).toEqual({ do: 'nothing-open', latest });
  });
});

describe('RESOLVE alone', () => {
  const resolve = (pages: Page[]) => decideAnswer(pages, 'resolve', { which: 'only' }, T0 + 2 * HOUR);
  it('answers an acknowledged incident, and is not clear beside an open one', () => {
    expect(incidents(resolve([acked(open('A'))]))).toEqual(['A']);
    expect(resolve([acked(open('A')), open('B')]).do).toBe('list');
    expect(resolve([acked(open('A')), resolved(open('B'))]).do).toBe('answer');
  });
});

describe('a code', () => {
  it('answers its page, whatever else is open', () => {
    const page = open('A', { code: '7K3' });
    expect(byCode([open('B'), page], '7K3')).toEqual({ do: 'answer', incidents: [[page]] });
  });

  it('a code of an answered page changes nothing and tells who has it', () => {
    const page = acked(open('A', { code: '7K3' }));
    expect(byCode([page, open('B')], '7K3')).toEqual({ do: 'already', page });
  });

  it('a code of a page that asks for no answer is unknown', () => {
    expect(byCode([open('A', { code: '7K3', type: 'resolution' })], '7K3')).toEqual({ do: 'nothing-open' });
  });

  it('that is unknown lists what is open; without a verb it was no answer', () => {
    const pages = [open('A')];
    expect(byCode(pages, '999')).toEqual({ do: 'list', incidents: [pages], unknown: '999' });
    expect(byCode(pages, '999', true).do).toBe('nonsense');
    expect(byCode([], '999')).toEqual({ do: 'nothing-open' });
  });
});

describe('a code that stands behind other words', () => {
  const mentioning = (pages: Page[], ...mentions: string[]) =>
    decideAnswer(pages, 'acknowledge', { which: 'only', mentions }, T0 + 2 * HOUR);
  const [a, b] = [open('A', { code: '7K3' }), open('B', { code: '9FG' })];

  it('a mentioned code is meant where exactly one page has it, so that no other incident is answered', () => {
    expect(mentioning([a, b], '7K3')).toEqual({ do: 'answer', incidents: [[a]] });
    expect(mentioning([acked(a), b], '7K3')).toMatchObject({ do: 'already' });
  });

  it('a mentioned code is chatter where no page has it, and asks back where several have it', () => {
    expect(mentioning([a], '375')).toEqual({ do: 'answer', incidents: [[a]] });
    expect(mentioning([a, b], '375').do).toBe('list');
    expect(mentioning([a, b], '7K3', '9FG').do).toBe('list');
  });
});

describe('a courtesy or a time that has the form of a code', () => {
  it.each(['THX', 'TK5', '7PM', '25M'])('%s answers the one open incident, unless a page has that code', (text) => {
    const [a, b] = [open('A'), open('B', { code: text })];
    expect(byCode([a], text)).toEqual({ do: 'answer', incidents: [[a]] });
    expect(byCode([a, b], text)).toEqual({ do: 'answer', incidents: [[b]] });
    expect(byCode([a, open('C')], text).do).toBe('list');
  });
});

it('ALL answers exactly what ACK alone would have listed', () => {
  const pages = [open('A'), open('B', { createdAt: T0 + 1 }), acked(open('C')), open('D', { requireAck: false })];
  const allOf = decideAnswer(pages, 'acknowledge', { which: 'all' }, T0 + 2 * HOUR);
  expect(allOf).toMatchObject({ do: 'answer', incidents: (bare(pages) as { incidents: unknown }).incidents });
});

it('whatever is on the phone: only what is there and unanswered is answered, and ACK alone never two incidents', () => {
  const anyPage = fc
    .record({
      incident: fc.constantFrom('A', 'B', 'C'),
      requireAck: fc.boolean(),
      type: fc.constantFrom('new_incident', 'escalation', 'resolution', 'acknowledgment'),
      age: fc.integer({ min: 0, max: 7 * 24 * HOUR }),
      state: fc.constantFrom('open', 'acked', 'resolved'),
    })
    .map(({ incident, requireAck, type, age, state }) => {
      const page = open(incident, { requireAck, type: type as Page['type'], createdAt: T0 - age });
      return state === 'open' ? page : state === 'acked' ? acked(page) : resolved(page);
    });
  const targets = fc.constantFrom('only', 'all', 'unclear');
  fc.assert(
    fc.property(
      fc.array(anyPage, { maxLength: 8 }),
      fc.constantFrom('acknowledge', 'resolve'),
      targets,
      (pages, action, which) => {
        const decision = decideAnswer(pages, action as 'resolve', { which: which as 'only' }, T0);
        if (decision.do !== 'answer') return;
        expect(which).not.toBe('unclear');
        for (const page of decision.incidents.flat()) {
          expect(pages).toContain(page);
          expect(page.resolved).toBeUndefined();
          if (action === 'acknowledge') expect(page.acknowledged).toBeUndefined();
          expect(['new_incident', 'escalation']).toContain(page.type);
        }
        if (which === 'only') expect(decision.incidents).toHaveLength(1);
      },
    ),
  );
});
