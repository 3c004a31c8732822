import { describe, expect, test } from 'vitest';
import { ALICE, createWorld, INCIDENT } from '../support/world.ts';

const params = { id: 'usr_alice' };
const operator = { scopes: 'lifeline/read lifeline/recipients lifeline/send' };

test('created 201, replaced 200, read back with its ETag; lists show phones masked', async () => {
  const world = createWorld();
  const created = await world.putAlice();
  expect([created.status, created.body.phone]).toEqual([201, ALICE]);
  const replaced = await world.putAlice({ name: 'Alice B.' });
  expect(replaced.status).toBe(200);
  const { headers, body } = await world.call('getRecipient', { params });
  expect([headers.etag, body.name]).toEqual([replaced.headers.etag, 'Alice B.']);
  const { body: list } = await world.call('listRecipients');
  expect(list.items).toMatchObject([{ id: 'usr_alice', phone: '+1415•••0100' }]);
});

test('a stale If-Match is 412 and changes nothing; without one the last writer wins', async () => {
  const world = createWorld();
  const { headers } = await world.putAlice();
  await world.putAlice({ name: 'Second' });
  const stale = await world.call('putRecipient', {
    params,
    body: { name: 'Third' },
    headers: { 'If-Match': headers.etag ?? '' },
  });
  expect(stale.status).toBe(412);
  expect((await world.call('getRecipient', { params })).body.name).toBe('Second');
  const deleted = await world.call('deleteRecipient', { params, headers: { 'If-Match': headers.etag ?? '' } });
  expect(deleted.status).toBe(412);
});

test('one of two writers with the same If-Match is told to read again', async () => {
  const world = createWorld();
  const { headers } = await world.putAlice();
  const match = { 'If-Match': headers.etag ?? '' };
  const answers = await Promise.all(
    ['A', 'B'].map((name) => world.call('putRecipient', { params, body: { name }, headers: match })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
});

describe('vouching for a phone', () => {
  test('needs admin; the unchanged value passes', async () => {
    const world = createWorld();
    const body = { name: 'Alice', phone: ALICE, phoneVerified: true };
    const { status, body: problem } = await world.call('putRecipient', { params, body, caller: operator });
    expect([status, problem.type]).toEqual([403, 'urn:lifeline:problem:missing-scope']);
    await world.putAlice();
    expect((await world.call('putRecipient', { params, body: { ...body, name: 'A' }, caller: operator })).status).toBe(
      200,
    );
  });

  test('does not carry over to another phone', async () => {
    const world = createWorld();
    await world.putAlice();
    const phone = '+14155550199';
    const moved = await world.call('putRecipient', { params, body: { name: 'Alice', phone }, caller: operator });
    expect(moved.body).toMatchObject({ phone, phoneVerified: false });
    const body = { name: 'Alice', phone, phoneVerified: true };
    expect((await world.call('putRecipient', { params, body, caller: operator })).status).toBe(403);
  });

  test('an opt-out is taken back by admins only', async () => {
    const world = createWorld();
    await world.putAlice({ smsSuppressed: true });
    const body = { name: 'Alice', phone: ALICE, smsSuppressed: false };
    expect((await world.call('putRecipient', { params, body, caller: operator })).status).toBe(403);
    expect(
      (await world.call('putRecipient', { params, body: { name: 'A', phone: ALICE }, caller: operator })).body,
    ).toMatchObject({
      smsSuppressed: true,
      phoneVerified: true,
    });
  });
});

test.each([
  ['14155550100', '+14155550100'],
  ['+1 (415) 555-0100', '+14155550100'],
])('the phone %s becomes %s', async (phone, e164) => {
  expect((await createWorld().putAlice({ phone })).body.phone).toBe(e164);
});

test.each(['4155550100', '0170 1234567', '+1', 'call me', '+999123'])(
  'the phone %s is refused, naming the field',
  async (phone) => {
    const { status, body } = await createWorld().putAlice({ phone });
    expect([status, body.errors[0].path]).toEqual([400, 'phone']);
  },
);

test('a webhook URL is never shown and stays when it is not sent', async () => {
  const world = createWorld();
  await world.putAlice({ teamsWebhookUrl: 'https://prod-1.westus.logic.azure.com/workflows/x?sig=secret' });
  const { body } = await world.call('getRecipient', { params });
  expect(JSON.stringify([body, world.lines])).not.toContain('secret');
  await world.putAlice();
  await world.putAlice({ teamsWebhookUrl: null });
});

test('a recipient with an open page is kept; without one it goes', async () => {
  const world = createWorld();
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  const refused = await world.call('deleteRecipient', { params });
  expect([refused.status, refused.body.type]).toEqual([409, 'urn:lifeline:problem:open-pages']);
  expect(refused.body.detail).toContain(body.notificationId);
  await world.call('resolveNotification', { params: { id: body.notificationId } });
  expect((await world.call('deleteRecipient', { params })).status).toBe(204);
  expect((await world.call('getRecipient', { params })).status).toBe(404);
  expect((await world.call('deleteRecipient', { params })).status).toBe(404);
});

test('every change is in the audit', async () => {
  const world = createWorld();
  await world.putAlice();
  await world.putAlice();
  await world.call('deleteRecipient', { params });
  expect(world.audit.entries.map(({ resource, action }) => `${action} ${resource}`)).toEqual(
    ['created', 'updated', 'deleted'].map((action) => `recipient.${action} recipient/usr_alice`),
  );
});

test.each(['Asia/Kolkata', 'Europe/Kyiv', 'Asia/Calcutta', 'US/Eastern', 'Japan', 'UTC'])(
  'the time zone %s is shown as it was given, by the API and in messages',
  async (timezone) => {
    const world = createWorld({ channels: ['email'] });
    const put = await world.putAlice({ timezone, email: 'alice@example.com' });
    expect([put.status, put.body.timezone]).toEqual([201, timezone]);
    expect((await world.call('getRecipient', { params })).body.timezone).toBe(timezone);
    expect((await world.call('listRecipients')).body.items[0].timezone).toBe(timezone);
    await world.call('dispatchNotification', { body: INCIDENT });
    await world.drain();
    expect(JSON.stringify(world.sent)).toContain(timezone === 'UTC' ? '03:00 UTC' : `(${timezone})`);
  },
);

test.each(['BST', 'EST', 'PST', 'CST6CDT', 'IST', 'GMT+2', '+02:00', 'Mars/Base', '\u200b'])(
  'the time zone %j is refused with its field, and the refusal names one that is taken',
  async (timezone) => {
    const { status, body } = await createWorld().putAlice({ timezone });
    expect([status, body.errors[0].path]).toEqual([400, 'timezone']);
    expect(body.errors[0].message).toMatch(/Europe\/(London|Berlin), or UTC$/);
  },
);

test.each([
  ['user@example.xn--p1ai', 'user@example.xn--p1ai'],
  ['a&b@example.com', 'a&b@example.com'],
  ['ops/oncall@example.com', 'ops/oncall@example.com'],
  ["o'hara+p1@example.com", "o'hara+p1@example.com"],
  ['user@пример.рф', 'user@xn--e1afmkfd.xn--p1ai'],
])('a page to the e-mail address %s goes to %s', async (email, to) => {
  const world = createWorld({ channels: ['email'] });
  expect((await world.putAlice({ email })).body.email).toBe(to);
  await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  expect(world.sent.map((sent) => sent.to)).toEqual([to]);
});

test.each([
  ['"a b"@example.com', 'quoted'],
  ['Alice <alice@example.com>', 'one address alone'],
  ['a..b@example.com', 'two in a row'],
  ['alice@localhost', 'full domain name'],
  ['jürgen@example.com', 'ASCII'],
  ['\u200b@example.com', 'invisible'],
])('the e-mail address %s is refused, and the refusal says why', async (email, why) => {
  const { status, body } = await createWorld().putAlice({ email });
  expect([status, body.errors[0].path]).toEqual([400, 'email']);
  expect(body.errors[0].message).toContain(why);
});
