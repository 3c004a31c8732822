import { expect, test } from 'vitest';
import { dispatchesOf, dispatchOf, example, run, withEachFieldAs, withEveryText } from './convert.ts';

const firing = () => example('alertmanager/firing.json');
const convert = (payload: unknown, ...args: string[]) => dispatchOf('alertmanager', payload, ...args);
const alert = (labels: Record<string, unknown> = {}, annotations = {}) => ({
  status: 'firing',
  labels,
  annotations,
  startsAt: '2026-11-22T09:58:13Z',
  endsAt: '0001-01-01T00:00:00Z',
});
/** A group about which Alertmanager says as little as it can. */
const bare = (...alerts: object[]) => ({ version: '4', groupKey: '{}:{}', status: 'firing', alerts });

test('a group becomes one page with what fires in it, as loud as its loudest alert', () => {
  const { incident, ...rest } = convert(firing());
  expect(incident).toMatchObject({
    title: '5xx rate above 5% (2 alerts)',
    priority: 'CRITICAL',
    service: 'payments-api',
    team: { name: 'payments' },
    alertCount: 2,
    triggeredAt: '2026-11-22T09:58:13.456Z',
    url: 'https://alertmanager.example.com',
  });
  expect(incident.description).toContain('instance=10.2.14.9:8080');
  expect(incident.description).not.toContain('instance=10.2.14.8:8080');
  expect(rest).toMatchObject({ type: 'new_incident', recipientId: 'usr_alice' });
});

test('a resolved group resolves the incident that it opened', () => {
  const resolved = convert(example('alertmanager/resolved.json'));
  expect(resolved.type).toBe('resolution');
  expect(resolved.incident.id).toBe(convert(firing()).incident.id);
  expect(resolved.incident.description).toContain('resolved 2026-11-22T10:21:13.456Z');
});

test('the incident stays the same while alerts come and go, and differs between groups of one name', () => {
  const { id } = convert(firing()).incident;
  const grown = firing();
  grown.alerts.push(alert({ alertname: 'Other' }));
  grown.commonLabels = {};
  expect(convert(grown).incident.id).toBe(id);
  expect(convert({ ...firing(), groupKey: '{}:{alertname="HighErrorRate"}' }).incident.id).not.toBe(id);
});

test('without labels, annotations and links it is still a page', () => {
  const { incident } = convert({ ...bare(alert()), groupLabels: {}, commonLabels: {}, commonAnnotations: {} });
  expect(incident).toMatchObject({
    title: 'Alert without a name',
    service: 'unknown',
    priority: 'HIGH',
    alertCount: 1,
  });
  expect(incident.id).toMatch(/^alert-[0-9a-f]{10}$/);
  expect(incident).not.toHaveProperty('url');
  expect(convert(bare(alert())).incident).toEqual(incident);
});

test.each([
  ['page', 'CRITICAL'],
  ['Critical', 'CRITICAL'],
  ['error', 'HIGH'],
  ['warning', 'MEDIUM'],
  ['info', 'LOW'],
  ['purple', 'HIGH'],
  [undefined, 'HIGH'],
])('severity %s is priority %s', (severity, priority) => {
  expect(convert(bare(alert({ severity }))).incident.priority).toBe(priority);
});

test('names, titles and descriptions that are too long are cut to what fits', () => {
  const long = '😀é'.repeat(4000);
  const payload = {
    ...bare(alert({ alertname: long, severity: 'critical', pod: long }, { summary: long, description: long }), alert()),
    groupLabels: { alertname: `Über ${'x'.repeat(300)}` },
    commonLabels: { service: long, team: long },
    commonAnnotations: { summary: long },
    externalURL: `https://example.com/${'x'.repeat(3000)}`,
    truncatedAlerts: 7,
  };
  const { incident } = convert(payload);
  expect([...incident.title]).toHaveLength(200);
  expect(incident.title).toMatch(/… \(9 alerts\)$/);
  expect(Buffer.byteLength(incident.description ?? '')).toBeGreaterThan(4000);
  expect(incident.id).toMatch(/^ber-x{30,}-[0-9a-f]{10}$/);
  expect(incident).not.toHaveProperty('url');
});

test('control characters, broken Unicode and bad times do not stop a page', () => {
  const { incident } = convert(
    bare({
      ...alert({ service: 'a\nb' }, { summary: '\ud800\u0007 disk\r\nfull', description: '\0x' }),
      startsAt: 'soon',
    }),
  );
  expect(incident.title).toMatch(/disk full$/);
  expect(incident).not.toHaveProperty('triggeredAt');
});

test('a group that fires with resolved alerts only is told as it is', () => {
  const payload = firing();
  payload.alerts = payload.alerts.slice(2);
  expect(convert(payload).incident.alertCount).toBe(1);
});

test('the recipient is an argument', () => {
  expect(convert(firing(), 'usr_bob').recipientId).toBe('usr_bob');
});

test.each(['', '  ', '\u200b', null, undefined, [], {}])(
  'a summary that says nothing (%j) gives way to the name of the alert',
  (summary) => {
    const one = bare(alert({ alertname: 'DiskFull', service: 'db' }, { summary }));
    expect(convert(one).incident.title).toBe('DiskFull');
    const many = { ...bare(alert(), alert()), commonLabels: { alertname: 'DiskFull' }, commonAnnotations: { summary } };
    expect(convert(many).incident.title).toBe('DiskFull (2 alerts)');
  },
);

test.each([
  ['labels', { labels: null }],
  ['annotations', { annotations: null }],
  ['labels and annotations', { labels: null, annotations: null, startsAt: null, endsAt: null, status: null }],
  ['labels that are none', { labels: 'x', annotations: [] }],
])('an alert whose %s are null is a page', (_, change) => {
  const common = { groupLabels: null, commonLabels: null, commonAnnotations: null, externalURL: null };
  const { incident } = convert({ ...bare({ ...alert(), ...change }), ...common });
  expect(incident).toMatchObject({ title: 'Alert without a name', service: 'unknown', priority: 'HIGH' });
});

test.each([
  ['[]', []],
  ['null', null],
  ['[null]', [null, 5, 'x']],
])('a group whose alerts are %s is a page of what its labels say', (_, alerts) => {
  const group = { ...firing(), alerts };
  expect(convert(group).incident).toMatchObject({ alertCount: 0, priority: 'HIGH', service: 'payments-api' });
  expect(convert(group).incident.id).toBe(convert(firing()).incident.id);
});

test('a label or annotation of null, and one that shows nothing, is passed over for the next', () => {
  const commonLabels = { service: '', app: null, job: '\u3164', namespace: 'shop', alertname: 'x' };
  expect(convert({ ...bare(alert()), commonLabels }).incident.service).toBe('shop');
  const { incident } = convert(bare(alert({ pod: null, zone: 'a' }, { description: '', summary: 'Disk is full' })));
  expect(incident.description).toBe('- Disk is full [zone=a] since 2026-11-22T09:58:13.000Z');
});

test('every field that a group of alerts has may be null, and may be empty, and it is still a page', () => {
  const group = firing();
  group.alerts = group.alerts.slice(0, 1);
  const payloads = [null, ''].flatMap((value) => withEachFieldAs(group, value, ['groupKey', 'status']));
  expect(payloads.length).toBeGreaterThan(50);
  const dispatches = dispatchesOf('alertmanager', payloads);
  expect(dispatches).toHaveLength(payloads.length);
  for (const { incident } of dispatches) expect(['CRITICAL', 'HIGH']).toContain(incident.priority);
});

test('noncharacters, half surrogate pairs, control and invisible characters in every text leave a page', () => {
  const odd = [
    '\uffff',
    '\ufffe',
    '\ud800',
    '\udfff',
    '\u0000',
    '\u001b[31m',
    '\u{1ffff}',
    '\ufdd0',
    '\u200b',
    '\u202e',
  ];
  const changes = odd.flatMap((one) => [(text: string) => `${one}${text}${one}`, () => one]);
  const payloads = changes.map((change) => withEveryText(firing(), change, ['status', 'severity']));
  const dispatches = dispatchesOf('alertmanager', payloads);
  for (const { incident } of dispatches) expect(incident.priority).toBe('CRITICAL');
});

test('a title is cut between graphemes, and has at most 200 characters', () => {
  const family = '👩\u200d👩\u200d👧\u200d👦';
  for (const summary of [
    family.repeat(60),
    'e\u0301\u0323'.repeat(120),
    '🇩🇪'.repeat(150),
    `a${'\u0335'.repeat(500)}`,
  ]) {
    const { title } = convert(bare(alert({}, { summary }))).incident;
    expect([...title].length).toBeLessThanOrEqual(200);
    expect(title.endsWith('…')).toBe(true);
    const whole = [...new Intl.Segmenter('en').segment(summary.normalize('NFC'))].map(({ segment }) => segment);
    const kept = [...new Intl.Segmenter('en').segment(title.slice(0, -1))].map(({ segment }) => segment);
    if (kept.length > 1) expect(kept).toEqual(whole.slice(0, kept.length));
  }
});

test('an id and a service stay within 64 characters, also where NFC makes them longer', () => {
  const long = '\u0958'.repeat(64);
  const { incident } = convert({ ...bare(alert()), groupLabels: { alertname: long }, commonLabels: { service: long } });
  expect([...incident.service].length).toBeLessThanOrEqual(64);
  expect(incident.id).toMatch(/^alert-[0-9a-f]{10}$/);
});

test.each(['', 'null', '{}', '{"alerts":[]}', '{"alerts":[{}]}', 'not json'])('%j is refused in one line', (input) => {
  const { status, stdout, stderr } = run('alertmanager', input);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
