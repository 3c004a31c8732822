import type { Stack } from './stack.ts';

const good = {
  incident: { id: 'INC-bad', title: 'High error rate', priority: 'CRITICAL', service: 'payments-api' },
  recipientId: 'usr_1',
};
const json = { 'Content-Type': 'application/json' };
const madeUp = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');

/** What is sent, the status it must get, and the field that the answer must name. */
export const BAD_INPUT: [string, Parameters<Stack['call']>, number, string?][] = [
  ['no token', ['POST', '/notifications', { body: good, token: null }], 401],
  [
    'a token that is none',
    ['POST', '/notifications', { body: good, token: null, headers: { Authorization: 'Bearer x.y.z' } }],
    401,
  ],
  ['the wrong scope', ['POST', '/notifications', { body: good, token: 'read' }], 403],
  ['an unknown route', ['GET', '/nothing', {}], 404],
  ['an unknown method', ['DELETE', '/notifications', {}], 404],
  ['bad JSON', ['POST', '/notifications', { rawBody: '{"incident":', headers: json }], 400],
  ['no body', ['POST', '/notifications', { headers: json }], 400],
  ['an array', ['POST', '/notifications', { body: [] }], 400],
  ['XML', ['POST', '/notifications', { rawBody: '<x/>', headers: { 'Content-Type': 'application/xml' } }], 415],
  ['33 KB', ['POST', '/notifications', { body: { ...good, filler: 'x'.repeat(33_000) } }], 413],
  ['11 MB', ['POST', '/notifications', { rawBody: 'x'.repeat(11_000_000), headers: json }], 413],
  [
    'invalid UTF-8',
    ['POST', '/notifications', { rawBody: new Uint8Array([0x7b, 0x22, 0xff, 0xfe]), headers: json }],
    400,
  ],
  [
    'a wrong priority',
    ['POST', '/notifications', { body: { ...good, incident: { ...good.incident, priority: 'URGENT' } } }],
    400,
    'incident.priority',
  ],
  [
    'a title that is too long',
    ['POST', '/notifications', { body: { ...good, incident: { ...good.incident, title: 'x'.repeat(201) } } }],
    400,
    'incident.title',
  ],
  ['an unknown field', ['POST', '/notifications', { body: { ...good, chanels: ['sms'] } }], 400, 'chanels'],
  [
    'an idempotency key that is too long',
    ['POST', '/notifications', { body: good, headers: { 'Idempotency-Key': 'k'.repeat(129) } }],
    400,
    'Idempotency-Key',
  ],
  ['an unknown page', ['GET', '/notifications/pg_aaaaaaaaaaaaaaaa', {}], 404],
  ['a page id that is none', ['GET', '/notifications/%00', {}], 400],
  ['limit 101', ['GET', '/notifications?limit=101', {}], 400, 'limit'],
  [
    'a title that shows nothing',
    ['POST', '/notifications', { body: { ...good, incident: { ...good.incident, title: '\u200b\u3164' } } }],
    400,
    'incident.title',
  ],
  [
    'U+FFFF in a title',
    ['POST', '/notifications', { body: { ...good, incident: { ...good.incident, title: 'a\uffff' } } }],
    400,
    'incident.title',
  ],
  ['the year 1', ['GET', '/notifications?until=0001-01-01T00:00:00Z', {}], 400, 'until'],
  ['an abbreviated zone', ['PUT', '/recipients/usr_bad', { body: { name: 'A', timezone: 'BST' } }], 400, 'timezone'],
  [
    'a cursor of an earlier version',
    ['GET', `/notifications?cursor=${madeUp('9999999999999#aaaaaaaaaaaaaaaa')}`, {}],
    400,
    'cursor',
  ],
  ['a cursor that is none', ['GET', '/notifications?cursor=AAAA', {}], 400, 'cursor'],
  [
    'a callback without signature',
    [
      'POST',
      '/webhooks/twilio/sms/status/aaaaaaaaaaaaaaaa-1-sms-1-1',
      { rawBody: 'AccountSid=AC0', token: null, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
    ],
    403,
  ],
];
