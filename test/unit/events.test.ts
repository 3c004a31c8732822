/** What goes out is what docs/events/*.json say; and the adapter that puts it on the bus. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { type Circuit, NEW_CIRCUIT } from '../../lambdas/core/circuit/circuit.ts';
import { circuitEvent, type LifelineEvent } from '../../lambdas/core/events/status-events.ts';
import { PAGE_TYPES, PRIORITIES, PROVIDERS } from '../../lambdas/core/page/page.ts';
import { createEvents } from '../../lambdas/stores/events.ts';
import { publishingCircuits } from '../../lambdas/stores/published-circuits.ts';
import { publishingPages } from '../../lambdas/stores/published-pages.ts';
import { memoryCircuits } from '../support/memory-ports.ts';
import { ALICE, createWorld, INCIDENT } from '../support/world.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const schemaOf = (type: string) => JSON.parse(readFileSync(join(DOCS, `events/${type}.json`), 'utf8'));
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
const TYPES = ['page.status_changed', 'circuit.status_changed'] as const;
for (const type of TYPES) ajv.addSchema(schemaOf(type));

/** What is wrong with the event by the published schema of its type. */
function problemsOf(event: LifelineEvent): unknown[] {
  // What goes out has been through JSON.
  return ajv.validate(event.type, JSON.parse(JSON.stringify(event))) ? [] : (ajv.errors ?? []);
}

/** A world whose pages tell what becomes of them. */
function telling(options: Parameters<typeof createWorld>[0] = {}) {
  const told: LifelineEvent[] = [];
  const events = { put: async (news: readonly LifelineEvent[]) => void told.push(...news) };
  const clock = { now: (): number => world.now() };
  const lost = (): void => {
    throw new Error('nothing is lost here');
  };
  const wrapPages = (pages: Parameters<typeof publishingPages>[0]) => publishingPages(pages, { events, clock, lost });
  const world = createWorld({ ...options, wrapPages });
  const statuses = () =>
    told.map((one) => [one.from, ...('passed' in one ? (one.passed ?? []) : []), one.to].join(' '));
  return { world, told, statuses };
}

describe('the events of a page', () => {
  it('from dispatch to acknowledgement by text: each change once, each as published', async () => {
    const { world, told, statuses } = telling();
    await world.putAlice();
    const { body } = await world.call('dispatchNotification', { body: INCIDENT });
    await world.drain();
    const [text] = world.sent;
    await world.callback(text?.ref ?? '', text?.providerId ?? '', 'delivered');
    await world.callback(text?.ref ?? '', text?.providerId ?? '', 'delivered');
    await world.text(ALICE, 'ACK');
    expect(statuses()).toEqual([' ACCEPTED', 'ACCEPTED IN_PROGRESS SENT', 'SENT DELIVERED', 'DELIVERED ACKNOWLEDGED']);
    expect(told.map(problemsOf)).toEqual([[], [], [], []]);
    expect(told.at(-1)).toMatchObject({ via: 'sms', page: { notificationId: body.notificationId } });
    expect(new Set(told.map(({ id }) => id)).size).toBe(4);
    const page = await world.page(body.notificationId);
    expect(page.status).toBe(told.at(-1)?.to);
    // Not who, not where, not what about.
    const everything = JSON.stringify(told);
    for (const personal of [ALICE, 'Alice', INCIDENT.incident.title]) expect(everything).not.toContain(personal);
  });

  it('the events of a page that nobody answers end EXHAUSTED, and never lead from a status that was not told', async () => {
    const { world, told } = telling({ channels: ['email', 'sms', 'voice'] });
    await world.putAlice({ email: 'alice@example.com' });
    const incident = { ...INCIDENT.incident, priority: 'CRITICAL' };
    await world.call('dispatchNotification', { body: { ...INCIDENT, incident, requireAck: true } });
    await world.advance(3_600_000);
    expect(told.flatMap(problemsOf)).toEqual([]);
    expect(told.at(-1)?.to).toBe('EXHAUSTED');
    const path = told.flatMap((one) => [...('passed' in one ? (one.passed ?? []) : []), one.to]);
    const froms = told.map(({ from }) => from);
    expect(froms).toEqual([null, ...told.slice(0, -1).map(({ to }) => to)]);
    expect(path[0]).toBe('ACCEPTED');
  });
});

it('the event of a page that a louder one took the place of names the louder page', async () => {
  const { world, told } = telling({ channels: ['email'], suppression: { hourlyCap: 100 } });
  const asleep = { timezone: 'UTC', quietHours: { from: '22:00', to: '07:00' } };
  await world.putAlice({ email: 'alice@example.com', ...asleep });
  const alert = async (priority: string) => {
    const incident = { ...INCIDENT.incident, priority };
    return (await world.call('dispatchNotification', { body: { ...INCIDENT, incident } })).body
      .notificationId as string;
  };
  const [quiet, loud] = [await alert('MEDIUM'), await alert('CRITICAL')];
  expect(told.flatMap(problemsOf)).toEqual([]);
  const ofQuiet = told.filter((one) => one.type === 'page.status_changed' && one.page.notificationId === quiet);
  expect(ofQuiet).toMatchObject([{ to: 'HELD' }, { from: 'HELD', to: 'EXHAUSTED', supersededBy: loud }]);
});

it('nobody changes a page or a circuit by a store that does not tell', () => {
  const ROOT = join(import.meta.dirname, '../../lambdas');
  /** They only read. */
  const READERS = [
    'api/read.lambda.ts',
    'api/recipients.lambda.ts',
    'api/health.lambda.ts',
    'escalation/escalation-check.lambda.ts',
  ];
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('stores/'))
    .map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const);
  const making = files.filter(([, text]) => /create(Page|Circuit)Store\(/.test(text)).map(([file]) => file);
  expect(making).toEqual(['composition/aws/table.ts']);
  const reading = files.filter(([, text]) => /table\.read(Pages|Circuits)\(/.test(text)).map(([file]) => file);
  expect(reading.sort()).toEqual(READERS.sort());
});

describe('the events of a circuit', () => {
  const name = 'twilio/sms';
  const open: Circuit = { status: 'OPEN', openedAt: 1, reason: '20003', openUntil: 2, version: 1 };
  const half: Circuit = { status: 'HALF_OPEN', openedAt: 1, reason: '20003', probeUntil: 2, version: 2 };
  const pin = { mode: 'open', reason: 'maintenance', by: 'Alice', at: 1 } as const;
  const stamp = { at: 0, id: 'evt_aaaaaaaaaaaaaaaa' };

  it.each<[string, Circuit, Circuit, object | undefined]>([
    ['it opens', NEW_CIRCUIT, open, { from: 'CLOSED', to: 'OPEN', pinned: false }],
    ['a probe goes through', open, half, undefined],
    ['the probe failed', half, open, undefined],
    ['it closes', half, NEW_CIRCUIT, { from: 'OPEN', to: 'CLOSED', pinned: false }],
    ['faults are counted', NEW_CIRCUIT, { status: 'CLOSED', faults: [1], version: 1 }, undefined],
    ['a person pins it open', NEW_CIRCUIT, { ...NEW_CIRCUIT, pin }, { from: 'CLOSED', to: 'OPEN', pinned: true }],
    ['a person pins what is open', open, { ...open, pin }, { from: 'OPEN', to: 'OPEN', pinned: true }],
    ['traffic under a pin', { ...NEW_CIRCUIT, pin }, { ...open, pin }, undefined],
  ])('%s', (_, before, after, expected) => {
    const event = circuitEvent(name, before, after, stamp);
    if (!expected) return expect(event).toBeUndefined();
    expect(event).toMatchObject({ circuit: { provider: 'twilio', channel: 'sms' }, ...expected });
    expect(event && problemsOf(event)).toEqual([]);
    expect(JSON.stringify(event)).not.toMatch(/Alice|maintenance/);
  });

  it('are told by whoever wrote, and a bus that is gone fails nothing', async () => {
    const told: LifelineEvent[] = [];
    const lost: number[] = [];
    let works = true;
    const store = publishingCircuits(memoryCircuits(), {
      events: {
        async put(news) {
          if (!works) throw new Error('no bus');
          told.push(...news);
        },
      },
      clock: { now: () => 0 },
      lost: (count) => void lost.push(count),
    });
    expect(await store.save(name, NEW_CIRCUIT, open)).toBe('saved');
    expect(await store.save(name, NEW_CIRCUIT, open)).toBe('conflict');
    expect(told).toHaveLength(1);
    works = false;
    expect(await store.save(name, open, { status: 'CLOSED', faults: [], version: 2 })).toBe('saved');
    expect(lost).toEqual([1]);
  });
});

describe('the published schemas', () => {
  it.each(TYPES)('%s: its example is one', (type) => {
    const schema = schemaOf(type);
    for (const example of schema.examples) expect(problemsOf(example)).toEqual([]);
  });

  it('have the words of the code', () => {
    const page = schemaOf('page.status_changed').properties.page.properties;
    expect([page.priority.enum, page.type.enum]).toEqual([PRIORITIES, PAGE_TYPES]);
    expect(schemaOf('circuit.status_changed').properties.circuit.properties.provider.enum).toEqual(PROVIDERS);
  });

  it('are those that docs/events.md links to, and its example is one', () => {
    const text = readFileSync(join(DOCS, 'events.md'), 'utf8');
    expect([...text.matchAll(/\(events\/([\w.]+)\.json\)/g)].map(([, type]) => type)).toEqual([...TYPES]);
    const [, example = ''] = /^```json\n([\s\S]*?)^```/m.exec(text) ?? [];
    expect(problemsOf(JSON.parse(example))).toEqual([]);
  });
});

describe('on the bus', () => {
  const event = (i: number): LifelineEvent => ({
    version: '1',
    id: `evt_${i}`,
    at: '2026-11-22T10:00:00.000Z',
    type: 'circuit.status_changed',
    circuit: { provider: 'twilio', channel: 'sms' },
    from: 'CLOSED',
    to: 'OPEN',
    pinned: false,
  });
  function bus(answer: (ids: string[], call: number) => (string | undefined)[]) {
    const calls: { Entries: { Detail: string; EventBusName: string; Source: string; DetailType: string }[] }[] = [];
    const client = {
      // biome-ignore lint/suspicious/noExplicitAny: one command
      async send({ input }: any) {
        calls.push(input);
        const ids = input.Entries.map(({ Detail }: { Detail: string }) => JSON.parse(Detail).id);
        return {
          Entries: answer(ids, calls.length).map((ErrorCode) => (ErrorCode ? { ErrorCode } : { EventId: 'e' })),
        };
      },
    };
    const ids = () => calls.map(({ Entries }) => Entries.map(({ Detail }) => JSON.parse(Detail).id));
    return { events: createEvents(client as never, 'lifeline'), calls, ids };
  }

  it('an event goes to the bus with its type and the whole of it as detail', async () => {
    const { events, calls } = bus((ids) => ids.map(() => undefined));
    await events.put([event(1)]);
    const [entry] = calls[0]?.Entries ?? [];
    expect(entry).toMatchObject({ EventBusName: 'lifeline', Source: 'lifeline', DetailType: 'circuit.status_changed' });
    expect(JSON.parse(entry?.Detail ?? '')).toEqual(event(1));
  });

  it('the rest of a batch of events that the bus takes in part is put again, and nothing twice', async () => {
    const { events, ids } = bus((all, call) =>
      all.map((id) => (call === 1 && id === 'evt_2' ? 'Throttling' : undefined)),
    );
    await events.put([1, 2, 3].map(event));
    expect(ids()).toEqual([['evt_1', 'evt_2', 'evt_3'], ['evt_2']]);
  });

  it('what goes on being refused is told to the caller', async () => {
    const { events, calls } = bus((all) => all.map(() => 'Throttling'));
    await expect(events.put([event(1)])).rejects.toThrow(/1 events were refused by the bus: Throttling/);
    expect(calls).toHaveLength(3);
  });

  it('more than ten are put in several calls', async () => {
    const { events, ids } = bus((all) => all.map(() => undefined));
    await events.put(Array.from({ length: 12 }, (_, i) => event(i)));
    expect(ids().map((one) => one.length)).toEqual([10, 2]);
  });
});
