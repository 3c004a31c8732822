import { describe, expect, it } from 'vitest';
import { slackChoice, slackList } from '../../../lambdas/core/content/slack-replies.ts';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { decideSlackAnswer, openIncidents, parseSlackCommand } from '../../../lambdas/core/replies/slack-command.ts';
import { MINUTE } from '../../../lambdas/core/time.ts';
import { SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

const page = (id: string, fields: Partial<Page> = {}): Page =>
  somePage({ id: `pg_${id.toLowerCase()}`, incident: { ...somePage().incident, id }, code: 'QQQ', ...fields });
const byBob = { at: T0 + MINUTE, by: 'Bob', via: 'slack' } as const;

describe('what a command means', () => {
  it.each([
    ['ack', 'acknowledge', { which: 'only' }, ''],
    ['  ACK ', 'acknowledge', { which: 'only' }, ''],
    ['ack 7K3', 'acknowledge', { which: 'code', code: '7K3', alone: false }, '7K3'],
    ['ack all', 'acknowledge', { which: 'all' }, 'all'],
    ['resolve 7k3', 'resolve', { which: 'code', code: '7K3', alone: false }, '7k3'],
    ['resolve', 'resolve', { which: 'only' }, ''],
    ['7K3', 'acknowledge', { which: 'code', code: '7K3', alone: true }, ''],
    ['ack INC-1042', 'acknowledge', { which: 'unclear' }, 'INC-1042'],
    ['ack Störung 12', 'acknowledge', { which: 'unclear' }, 'Störung 12'],
    ['ack R&D-12', 'acknowledge', { which: 'unclear' }, 'R&D-12'],
    ['ack all-hands', 'acknowledge', { which: 'unclear' }, 'all-hands'],
    ['ack on it', 'acknowledge', { which: 'unclear' }, 'on it'],
  ])('%j', (text, action, target, words) => {
    expect(parseSlackCommand(text)).toEqual({ kind: 'answer', action, target, words });
  });

  it.each(['list', 'LIST', ' status '])('%j lists', (text) => {
    expect(parseSlackCommand(text)).toEqual({ kind: 'list' });
  });

  it.each(['', '  ', 'help', 'stop', 'start', 'list everything', 'what?', 'please ack it all now', '\u0000'])(
    '%j asks for help and does nothing',
    (text) => {
      expect(parseSlackCommand(text)).toEqual({ kind: 'help' });
    },
  );
});

describe('which pages a command means', () => {
  const decide = (pages: Page[], text: string) => {
    const command = parseSlackCommand(text);
    if (command.kind !== 'answer') throw new Error('not an answer');
    return decideSlackAnswer(pages, command, T0 + 2 * MINUTE);
  };
  const [one, two] = [page('INC-1'), page('INC-2', { code: '7K3', createdAt: T0 + 1 })];

  it('the incident of that id, in any case and with a hash, without a code at all', () => {
    const { code: _, ...bare } = one;
    for (const text of ['ack INC-1', 'ack inc-1', 'ack #INC-1']) {
      expect(decide([bare as Page, two], text)).toEqual({ do: 'answer', incidents: [[bare]] });
    }
  });

  it.each(['ack R&D-12', 'ack r&d-12', 'ack `R&D-12`', 'ack “R&D-12”', 'ack *R&D-12*'])(
    'the incident whose id has signs of Slack’s own: %s',
    (text) => {
      const rd = page('R&D-12');
      expect(decide([rd, two], text)).toEqual({ do: 'answer', incidents: [[rd]] });
    },
  );

  it.each(['NFC', 'NFD'])('the incident whose id is written in another form of Unicode than %s', (form) => {
    const cafe = page('Café-7'.normalize(form));
    for (const text of ['ack Café-7'.normalize('NFC'), 'ack CAFÉ-7'.normalize('NFD')]) {
      expect(decide([cafe, two], text)).toEqual({ do: 'answer', incidents: [[cafe]] });
    }
  });

  it('the code where a code and an id are the same', () => {
    expect(decide([two, page('7K3')], 'ack 7K3')).toEqual({ do: 'answer', incidents: [[two]] });
  });

  it('none, where more than one is open and none is named, or what is named is unknown', () => {
    expect(decide([one, two], 'ack')).toMatchObject({ do: 'list' });
    expect(decide([one, two], 'ack 9V9')).toMatchObject({ do: 'list', unknown: '9V9' });
    expect(decide([one, two], 'ack INC-3')).toMatchObject({ do: 'nonsense' });
  });

  it('none, where the incident of that id is answered already', () => {
    const taken = { ...one, acknowledged: byBob };
    expect(decide([taken, two], 'ack INC-1')).toEqual({ do: 'already', page: taken });
    expect(decide([taken, two], 'resolve INC-1')).toEqual({ do: 'answer', incidents: [[taken]] });
  });
});

describe('the list', () => {
  const delivered = { [SMS]: someDelivery({ status: 'DELIVERED', deliveredAt: T0 }) };
  const failed = {
    [SMS]: someDelivery({ status: 'FAILED', failedAt: T0, error: { code: 'x', class: 'transient', message: '' } }),
  };

  it('has what nobody has resolved and still wants somebody, newest first', () => {
    const pages = [
      page('OPEN', { createdAt: T0 }),
      page('TAKEN', { acknowledged: byBob, createdAt: T0 + 1 }),
      page('EXHAUSTED', { deliveries: failed, createdAt: T0 + 2 }),
      page('OVER', { resolved: byBob }),
      page('READ', { requireAck: false, deliveries: delivered }),
      page('NEWS', { type: 'acknowledgment' }),
    ];
    expect(openIncidents(pages, T0).map(([{ incident }]) => incident.id)).toEqual(['EXHAUSTED', 'TAKEN', 'OPEN']);
  });

  it('leaves out a page that wants no answer once it is closed, and has one that failed or may still change', () => {
    const sent = (provider: string) => ({ [SMS]: someDelivery({ status: 'SENT', sentAt: T0, provider }) });
    const bySlack = { '1.slack': someDelivery({ channel: 'slack', status: 'SENT', sentAt: T0, provider: 'slack' }) };
    const pages = [
      page('SLACK', { requireAck: false, deliveries: bySlack }),
      page('TEXT', { requireAck: false, deliveries: sent('twilio'), createdAt: T0 + 1 }),
      page('FAILED', { requireAck: false, deliveries: failed, createdAt: T0 + 2 }),
    ];
    const listed = (now: number) => openIncidents(pages, now).map(([{ incident }]) => incident.id);
    expect(listed(T0)).toEqual(['FAILED', 'TEXT']);
    expect(listed(T0 + 24 * 60 * MINUTE)).toEqual(['FAILED']);
  });

  it('has an incident once, and says who has it when one of its pages does', () => {
    const pages = [page('A', { createdAt: T0 + 5 }), page('A', { id: 'pg_b', acknowledged: byBob, createdAt: T0 })];
    const text = slackList(openIncidents(pages, T0), T0 + 5 * MINUTE);
    expect(text).toBe('[CRITICAL] *A* payments-api: High error rate · 5 min · `QQQ` · Bob has it');
  });

  it('lets no title mention a channel or forge a link', () => {
    const evil = page('A', { incident: { ...somePage().incident, title: '<!channel> <https://evil|ok> a & b' } });
    expect(slackList([[evil]], T0)).toContain('&lt;!channel&gt; &lt;https://evil|ok&gt; a &amp; b');
    expect(slackChoice([[evil]], 'acknowledge', '/oncall', '<!here>`x`')).toContain("`&lt;!here&gt;'x'`");
  });

  it('stays readable with hundreds', () => {
    const many = Array.from({ length: 300 }, (_, i) => page(`INC-${i}`));
    const lines = slackList(openIncidents(many, T0), T0).split('\n');
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('and 280 more');
  });
});
