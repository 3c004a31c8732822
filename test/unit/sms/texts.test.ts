import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { smsText } from '../../../lambdas/core/content/sms.ts';
import type { PageType } from '../../../lambdas/core/page/page.ts';
import { gsm7Septets, isGsm7 } from '../../../lambdas/core/sms/gsm7.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { pageWith } from './page.ts';

const code = { replyCode: '7K3' };

describe('the text of a page reads as the contract says', () => {
  it('names priority, service, title, incident and the way to answer', () => {
    const text = '[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Reply ACK 7K3';
    expect(smsText(pageWith(), code)).toBe(text);
  });

  it('starts an escalation with its level', () => {
    const page = pageWith({}, { type: 'escalation', escalationLevel: 2 });
    expect(smsText(page, code)).toMatch(/^\[ESC-L2\]\[CRITICAL\] payments-api: /);
  });

  it('does not mark a new incident as an escalation, whatever its level', () => {
    expect(smsText(pageWith({}, { escalationLevel: 2 }), code)).toMatch(/^\[CRITICAL\] /);
  });

  it('asks for the reply even when no answer is required', () => {
    for (const type of ['new_incident', 'escalation'] as const) {
      expect(smsText(pageWith({}, { type, requireAck: false }), code)).toMatch(/ - Reply ACK 7K3$/);
    }
  });

  it('asks for no reply where there is nothing to acknowledge', () => {
    const done = 'payments-api: High error rate. Incident #INC-1042';
    expect(smsText(pageWith({}, { type: 'acknowledgment' }), code)).toBe(`[ACKNOWLEDGED] ${done}`);
    expect(smsText(pageWith({}, { type: 'resolution' }), code)).toBe(`[RESOLVED] ${done}`);
  });

  it('offers no reply without a code to reply with', () => {
    expect(smsText(pageWith())).toBe('[CRITICAL] payments-api: High error rate. Incident #INC-1042');
  });

  it('keeps a title that ends its own sentence from getting a second full stop', () => {
    expect(smsText(pageWith({ title: 'Disk full!' }))).toContain('Disk full! Incident');
  });

  it('lets no line break of a title look like the end of the message', () => {
    const title = 'High\r\nerror\u2028rate\u0000\u001b[31m';
    expect(smsText(pageWith({ title }), code)).toContain('payments-api: High error rate [31m. Incident');
  });
});

/** As long as one may be: the contract gives tokens 40 characters. */
const LINK = `https://pages.example.com/api/actions/${'Ab3_-'.repeat(8)}`;
const AT = Date.parse('2026-11-22T03:04:59.999Z');

describe('on a sender that cannot receive', () => {
  it('a link takes the place of the reply', () => {
    const text = `[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Ack: ${LINK}`;
    expect(smsText(pageWith(), { link: LINK })).toBe(text);
    expect(gsm7Septets(text)).toBeLessThanOrEqual(160);
  });

  it('an escalation has the link too, and what needs no answer has none', () => {
    const textOf = (type: PageType) => smsText(pageWith({}, { type }), { link: LINK });
    expect(textOf('escalation')).toContain(` - Ack: ${LINK}`);
    expect(textOf('acknowledgment')).toBe('[ACKNOWLEDGED] payments-api: High error rate. Incident #INC-1042');
    expect(textOf('resolution')).toBe('[RESOLVED] payments-api: High error rate. Incident #INC-1042');
  });

  it('one way back is enough: with a code there is no link', () => {
    expect(smsText(pageWith(), { ...code, link: LINK })).toBe(smsText(pageWith(), code));
  });

  it('without a link the text says nothing about answering', () => {
    expect(smsText(pageWith(), {})).not.toMatch(/Reply|Ack/);
  });
});

describe('a text that is late', () => {
  it('states the time it is from, before the way to answer', () => {
    expect(smsText(pageWith(), { ...code, late: AT })).toBe(
      '[CRITICAL] payments-api: High error rate. Incident #INC-1042 (03:04 UTC) - Reply ACK 7K3',
    );
    expect(smsText(pageWith(), { link: LINK, late: AT })).toContain(`#INC-1042 (03:04 UTC) - Ack: ${LINK}`);
  });

  it('does so where there is nothing to answer as well', () => {
    expect(smsText(pageWith({}, { type: 'resolution' }), { late: AT })).toMatch(/ Incident #INC-1042 \(03:04 UTC\)$/);
  });
});

describe('the text of a page fits', () => {
  it('cuts the title, and only it, to one segment of 160 septets', () => {
    const text = smsText(pageWith({ title: `${'Disk full on db-1 '.repeat(11)}` }), code);
    expect(gsm7Septets(text)).toBeLessThanOrEqual(160);
    expect(gsm7Septets(text)).toBeGreaterThan(157);
    expect(text).toMatch(/\.\.\. Incident #INC-1042 - Reply ACK 7K3$/);
  });

  it.each([
    'data\u200dbase down',
    'Acme™\ufe0f is down',
    'ＤＢ１ at ９５％',
    'pool ½ empty at 25℃, CO₂ high',
    'Node ① – “rack ⅔” · 3㎞',
  ])('takes one segment of GSM-7 where every sign of a title has a plain form: %s', (title) => {
    expect(segments(smsText(pageWith({ title }), code))).toMatchObject({ encoding: 'GSM-7', count: 1 });
  });

  it('counts brackets twice: they are two septets each', () => {
    const text = smsText(pageWith({ title: '[]'.repeat(100) }), code);
    expect(gsm7Septets(text)).toBeLessThanOrEqual(160);
    expect(text.length).toBeLessThan(125);
  });

  it('sends a second segment rather than cut an id or a service', () => {
    const long = { id: 'i'.repeat(64), service: 's'.repeat(64), title: 't'.repeat(200) };
    const text = smsText(pageWith(long), code);
    expect(text).toContain(`${long.service}: ttt`);
    expect(text).toMatch(new RegExp(`#${long.id} - Reply ACK 7K3$`));
    expect(segments(text).count).toBe(2);
  });

  it('keeps emoji and other scripts, in two segments at most', () => {
    const text = smsText(pageWith({ title: '🔥 データベース停止 '.repeat(18) }), code);
    expect(text).toContain('🔥 データベース停止');
    expect(segments(text)).toMatchObject({ encoding: 'UCS-2', count: 2 });
  });

  it('gives up an emoji before the whole title, where ids leave no room for it', () => {
    const text = smsText(pageWith({ id: 'i'.repeat(64), service: 's'.repeat(64), title: '🔥 DB down' }), code);
    expect(text).toContain(': ? DB down. Incident');
  });
});

describe('over all pages', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.[]{}/ é'), minLength: 1, maxLength: 64 });
  const anyTitle = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }),
    fc.string({ unit: fc.constantFrom(...'abc dé[]€“–…🔥👩‍🚒字'), minLength: 1, maxLength: 200 }),
    word,
  );
  const noBlank = (text: string) => text.replaceAll(/\s+/g, ' ').trim() || 'x';
  const pages = fc.record({
    id: word.map((w) => noBlank(w)),
    service: word.map((w) => noBlank(w)),
    title: anyTitle,
    type: fc.constantFrom<PageType>('new_incident', 'escalation'),
    escalationLevel: fc.integer({ min: 0, max: 9 }),
  });
  const textOf = ({ type, escalationLevel, ...incident }: typeof pages extends fc.Arbitrary<infer T> ? T : never) =>
    smsText(pageWith(incident, { type, escalationLevel }), code);

  it('id, service and code arrive whole, whatever the title', () => {
    fc.assert(
      fc.property(pages, (p) => {
        const text = textOf(p);
        expect(text.endsWith(`Incident #${p.id} - Reply ACK 7K3`)).toBe(true);
        expect(text).toContain(`[CRITICAL] ${p.service}: `);
      }),
    );
  });

  it('id, service, time and link arrive whole, and nobody is asked to reply', () => {
    const dayTime = fc.integer({ min: 0, max: 4_102_444_800_000 });
    const links = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(pages, links, dayTime, ({ type, escalationLevel, ...incident }, token, late) => {
        const link = `https://abcdefghij.execute-api.us-east-1.amazonaws.com/api/actions/${token}`;
        const text = smsText(pageWith(incident, { type, escalationLevel }), { link, late });
        const time = new Date(late).toISOString().slice(11, 16);
        expect(text.endsWith(`Incident #${incident.id} (${time} UTC) - Ack: ${link}`)).toBe(true);
        expect(text).toContain(`[CRITICAL] ${incident.service}: `);
        expect(
          `${incident.service}${incident.title}${incident.id}${token}`.includes('Reply') || !text.includes('Reply'),
        ).toBe(true);
        if (isGsm7(text)) expect(segments(text).count).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('no character is torn apart', () => {
    fc.assert(
      fc.property(pages, (p) => {
        expect(textOf(p).isWellFormed()).toBe(true);
      }),
    );
  });

  it('it is one segment of GSM-7 whenever what is not cut leaves room, else two of either kind', () => {
    fc.assert(
      fc.property(pages, (p) => {
        const text = textOf(p);
        const fixed = gsm7Septets(textOf({ ...p, title: 'x' }));
        const room = fixed !== undefined && fixed - 2 + 3 <= 160;
        if (isGsm7(text) && room) expect(gsm7Septets(text)).toBeLessThanOrEqual(160);
        expect(segments(text).count).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('nothing is lost when everything fits', () => {
    const short = fc.string({ unit: fc.constantFrom(...'abc XYZ/9é€?!'), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(short, (title) => {
        const text = smsText(pageWith({ title }), code);
        expect(text).toContain(`payments-api: ${title.replace(/\s+/g, ' ').trim()}`);
        expect(text).not.toContain('...');
      }),
    );
  });

  it('a title that had to be cut uses what room there is', () => {
    const long = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 98, maxLength: 200 });
    fc.assert(
      fc.property(long, (title) => {
        expect(gsm7Septets(smsText(pageWith({ title }), code))).toBe(160);
      }),
    );
  });
});

describe('a link under a public domain', () => {
  const token = 'A'.repeat(32);

  test.each([`https://p.example.com/actions/${token}`, `https://pages.company.com/actions/${token}`])(
    '%s leaves room for a title in one segment',
    (link) => {
      const incident = {
        id: 'INC-1042',
        title: 'High error rate',
        priority: 'CRITICAL',
        service: 'payments-api',
      } as const;
      const text = smsText(pageWith(incident), { link });
      expect(text).toContain('High error rate');
      expect(text.endsWith(link)).toBe(true);
      expect(segments(text)).toMatchObject({ encoding: 'GSM-7', count: 1 });
    },
  );
});
