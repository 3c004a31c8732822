import { beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '../../lambdas/core/time.ts';
import { undocumented } from '../support/openapi.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const PROGRAM = { Accept: 'application/json' };

let world: ReturnType<typeof createWorld>;
let alice: string;
let bob: string;
beforeEach(async () => {
  world = createWorld();
  await world.putAlice();
  const phone = '+14155550101';
  await world.call('putRecipient', { params: { id: 'usr_bob' }, body: { name: 'Bob', phone, phoneVerified: true } });
  [alice, bob] = [await page('usr_alice'), await page('usr_bob')];
});

async function page(recipientId: string, fields: object = {}): Promise<string> {
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, recipientId, ...fields } });
  return body.notificationId;
}
const tokenOf = async (id: string, action: 'acknowledge' | 'resolve' = 'acknowledge') =>
  (await world.links.link({ id }, action)).split('/').at(-1) ?? '';
async function open(operation: 'getAction' | 'postAction', token: string, headers: Record<string, string> = BROWSER) {
  const answer = await world.call(operation, { params: { token }, headers, caller: null });
  expect(undocumented(operation, answer)).toEqual([]);
  return answer;
}
const status = async (id: string) => (await world.page(id)).status;

test('a link is short enough for a text', async () => {
  expect(await world.links.link({ id: alice }, 'acknowledge')).toMatch(
    /^https:\/\/lifeline\.example\/api\/actions\/[\w-]{1,40}$/,
  );
});

describe('GET', () => {
  test('changes nothing, whoever follows the link and however often', async () => {
    for (const action of ['acknowledge', 'resolve'] as const) {
      const token = await tokenOf(alice, action);
      for (const headers of [BROWSER, PROGRAM, { Purpose: 'prefetch', Accept: '*/*' }, {} as Record<string, string>]) {
        expect((await open('getAction', token, headers)).status).toBe(200);
      }
    }
    expect(await status(alice)).toBe('ACCEPTED');
    expect(world.audit.entries.filter(({ resource }) => resource.startsWith('page/'))).toEqual([]);
  });

  test('HEAD on a link answers as GET does without a body, and changes nothing either', async () => {
    const headOf = async (token: string, headers: Record<string, string>) => {
      const answer = await world.call('getAction', { params: { token }, method: 'HEAD', headers, caller: null });
      const got = await open('getAction', token, headers);
      expect([answer.status, answer.headers, answer.body]).toEqual([got.status, got.headers, undefined]);
      return answer.status;
    };
    for (const headers of [BROWSER, PROGRAM]) {
      for (const action of ['acknowledge', 'resolve'] as const) {
        expect(await headOf(await tokenOf(alice, action), headers)).toBe(200);
      }
      expect(await headOf('A'.repeat(32), headers)).toBe(404);
      const token = await tokenOf(bob);
      await world.advance(8 * DAY);
      expect(await headOf(token, headers)).toBe(410);
    }
    expect([(await world.page(alice)).acknowledgedBy, (await world.page(bob)).acknowledgedBy]).toEqual([
      undefined,
      undefined,
    ]);
    expect(world.audit.entries.filter(({ action }) => /acknowledged|resolved/.test(action))).toEqual([]);
  });

  test('a link is not used up by HEAD and GET: the button still acts', async () => {
    const token = await tokenOf(alice);
    for (const method of ['HEAD', 'HEAD', 'GET']) {
      await world.call('getAction', { params: { token }, method, headers: BROWSER, caller: null });
    }
    expect(await status(alice)).toBe('ACCEPTED');
    await open('postAction', token);
    expect(await status(alice)).toBe('ACKNOWLEDGED');
  });

  test('shows the incident and one button that names the action', async () => {
    const { body, headers } = await open('getAction', await tokenOf(alice, 'resolve'));
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    for (const text of ['INC-1042', 'High error rate', 'payments-api', 'CRITICAL']) expect(body).toContain(text);
    expect(body.match(/<form method="post"><button>Resolve<\/button><\/form>/g)).toHaveLength(1);
  });

  test('the page behind an action link loads nothing, runs nothing, tells nobody and is kept nowhere', async () => {
    const { body, headers } = await open('getAction', await tokenOf(alice));
    expect(body).not.toMatch(/<script|<link|<img|https?:|url\(/);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      vary: 'Accept, Accept-Language',
    });
    const policy = headers['content-security-policy'];
    for (const part of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe');
  });

  test('shows titles as text, whatever they are', async () => {
    const incident = { ...INCIDENT.incident, id: 'INC-<b>', title: '<script>alert("1")</script>' };
    const { body } = await open('getAction', await tokenOf(await page('usr_alice', { incident })));
    expect(body).not.toContain('<script');
    expect(body).not.toContain('INC-<b>');
  });

  test('answers programs in JSON', async () => {
    const { body } = await open('getAction', await tokenOf(alice), PROGRAM);
    expect(body).toEqual({
      notificationId: alice,
      incidentId: 'INC-1042',
      title: 'High error rate',
      service: 'payments-api',
      priority: 'CRITICAL',
      createdAt: '2026-11-22T03:00:00.000Z',
      action: 'acknowledge',
      done: false,
    });
  });
});

describe('POST', () => {
  test('acts in the name of the person the link was sent to, for everybody paged about it', async () => {
    const { status: code, body } = await open('postAction', await tokenOf(alice));
    expect([code, body.includes('Acknowledged. You have it.')]).toEqual([200, true]);
    for (const id of [alice, bob]) {
      expect(await world.page(id)).toMatchObject({
        status: 'ACKNOWLEDGED',
        acknowledgedBy: 'Alice',
        acknowledgedVia: 'link',
      });
    }
    await world.advance(3_600_000);
    expect(world.sent).toEqual([]);
  });

  test('takes whatever body a form or a program sends', async () => {
    const token = await tokenOf(alice);
    const sends = [{ rawBody: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, { body: {} }];
    for (const event of sends) {
      expect((await world.call('postAction', { params: { token }, caller: null, ...event })).status).toBe(200);
    }
  });

  test('repeated says who was first', async () => {
    await open('postAction', await tokenOf(alice));
    await world.advance(60_000);
    const again = await open('postAction', await tokenOf(bob));
    expect([again.status, again.body.includes('Already acknowledged by Alice')]).toEqual([200, true]);
    expect(again.body).not.toContain('<button>');
    const { body } = await open('postAction', await tokenOf(bob), PROGRAM);
    expect(body).toMatchObject({ done: true, status: 'ACKNOWLEDGED', by: 'Alice', at: '2026-11-22T03:00:00.000Z' });
  });

  test('an acknowledgement by link after the resolution changes nothing; a resolution after the acknowledgement does', async () => {
    await open('postAction', await tokenOf(alice));
    const shown = await open('getAction', await tokenOf(alice, 'resolve'));
    expect(shown.body).toContain('Acknowledged by Alice');
    expect(shown.body).toContain('<button>Resolve</button>');
    await world.advance(1_000);
    await open('postAction', await tokenOf(bob, 'resolve'));
    expect(await status(alice)).toBe('RESOLVED');
    expect((await open('postAction', await tokenOf(alice))).body).toContain('Already resolved by Bob');
  });

  test('an acknowledgement by link when the incident is over finds nothing left to do', async () => {
    await open('postAction', await tokenOf(bob, 'resolve'));
    const { body } = await open('getAction', await tokenOf(alice));
    expect([body.includes('Already resolved by Bob'), body.includes('<button>')]).toEqual([true, false]);
  });

  test('an answer by link is in the audit, with the address it came from, and its token in no log', async () => {
    const token = await tokenOf(alice);
    await open('postAction', token);
    expect(world.audit.entries.at(-1)).toMatchObject({
      resource: `page/${alice}`,
      action: 'page.acknowledged',
      actor: 'recipient/usr_alice',
      from: '192.0.2.1',
      details: { via: 'link' },
    });
    const entries = world.audit.entries.length;
    await world.advance(1_000);
    await open('postAction', token);
    expect(world.audit.entries).toHaveLength(entries);
    await open('postAction', `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`);
    expect(JSON.stringify(world.lines)).not.toContain(token.slice(0, 20));
  });
});

describe.each(['getAction', 'postAction'] as const)('%s', (operation) => {
  test('%s of a link that was changed or is none of ours answers 404, a page for browsers, and nothing happens', async () => {
    const token = await tokenOf(alice);
    const foreign = await tokenOf('pg_zzzzzzzzzzzzzzzz');
    for (const bad of [`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, foreign, 'x', '%00']) {
      const forPrograms = await open(operation, bad, PROGRAM);
      expect([forPrograms.status, forPrograms.body.type]).toEqual([404, 'urn:lifeline:problem:action-not-found']);
      const forPeople = await open(operation, bad);
      expect([forPeople.status, forPeople.body.includes('This link does not work')]).toEqual([404, true]);
    }
    expect(await status(alice)).toBe('ACCEPTED');
  });

  test('after seven days: 410, and nothing happens', async () => {
    const token = await tokenOf(alice);
    await world.advance(7 * DAY + 3_600_000);
    const before = await status(alice);
    const forPrograms = await open(operation, token, {});
    expect([forPrograms.status, forPrograms.body.type]).toEqual([410, 'urn:lifeline:problem:action-expired']);
    const forPeople = await open(operation, token);
    expect([forPeople.status, forPeople.body.includes('This link has expired')]).toEqual([410, true]);
    expect(await status(alice)).toBe(before);
  });

  test('works through one rotation of the key, and not through two', async () => {
    const token = await tokenOf(alice);
    Object.assign(world.rotation, { current: 'second', previous: world.rotation.current });
    expect((await open(operation, token)).status).toBe(200);
    Object.assign(world.rotation, { current: 'third', previous: 'second' });
    expect((await open(operation, token)).status).toBe(404);
  });
});
