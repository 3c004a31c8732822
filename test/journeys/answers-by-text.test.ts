/** One file because each test is one conversation over the same small cast. */

import { beforeEach, describe, expect, test } from 'vitest';
import { optingOut } from '../../lambdas/composition/contacts.ts';
import { signTwilio } from '../support/twilio-callback.ts';
import { ALICE, createWorld, INCIDENT, PUBLIC_BASE_URL, TWILIO } from '../support/world.ts';

const BOB = '+14155550101';
let world: ReturnType<typeof createWorld>;
beforeEach(async () => {
  world = createWorld();
  await world.putAlice();
  await put('usr_bob', 'Bob', BOB);
});

const put = (id: string, name: string, phone: string) =>
  world.call('putRecipient', { params: { id }, body: { name, phone, phoneVerified: true } });

/** Pages somebody; the page's id and code. */
async function page(incident: object = {}, fields: object = {}): Promise<{ id: string; code: string }> {
  const body = { ...INCIDENT, ...fields, incident: { ...INCIDENT.incident, ...incident } };
  const { body: accepted } = await world.call('dispatchNotification', { body });
  const { code } = await world.page(accepted.notificationId);
  await world.drain();
  return { id: accepted.notificationId, code };
}
const status = async ({ id }: { id: string }) => (await world.page(id)).status;
const OTHER = { id: 'INC-1043', title: 'Checkout is slow', service: 'checkout' };

describe('one incident open on the phone', () => {
  test('ACK acknowledges it for everybody paged about it and says so', async () => {
    const alice = await page();
    const bob = await page({}, { recipientId: 'usr_bob' });
    expect(await world.text(ALICE, 'ACK')).toBe(
      `INC-1042 acknowledged. payments-api: High error rate. Reply RESOLVE ${alice.code} when it is over.`,
    );
    for (const one of [alice, bob]) {
      expect(await world.page(one.id)).toMatchObject({
        status: 'ACKNOWLEDGED',
        acknowledgedBy: 'Alice',
        acknowledgedVia: 'sms',
      });
    }
    await world.advance(3_600_000);
    // One text each, and to Bob the news that Alice has it.
    expect(world.sent.map(({ to }) => to)).toEqual([ALICE, BOB, BOB]);
    expect(world.sent[2]?.body).toContain('Alice');
  });

  test.each([
    ...[' ack ', 'Ack.', '“ack”', 'ａｃｋ', 'ACK 👍', 'acknowledge', 'Reply ACK'],
    ...['Ack, on it', 'ack - looking', 'ACK\n-- \nAlice\nSent from my phone', 'ack thx', 'ack, back at 7pm'],
  ])('%j is an ACK', async (said) => {
    const alice = await page();
    await world.text(ALICE, said);
    expect(await status(alice)).toBe('ACKNOWLEDGED');
  });

  test.each([(code: string) => `ACK ${code} thanks`, (code: string) => `ack: ${code.toLowerCase()}\n-- \nAlice`])(
    'a verb with its code acknowledges, whatever stands behind them: %#',
    async (said) => {
      const alice = await page();
      await world.text(ALICE, said(alice.code));
      expect(await status(alice)).toBe('ACKNOWLEDGED');
    },
  );

  test('a code alone acknowledges', async () => {
    const alice = await page();
    await world.text(ALICE, `'${alice.code.toLowerCase()}' `);
    expect(await status(alice)).toBe('ACKNOWLEDGED');
  });

  test('RESOLVE resolves, also what is acknowledged already, and ACK after it changes nothing', async () => {
    const alice = await page();
    await world.text(ALICE, 'ACK');
    expect(await world.text(ALICE, 'resolve')).toBe('INC-1042 resolved. payments-api: High error rate.');
    expect(await status(alice)).toBe('RESOLVED');
    expect(await world.text(ALICE, `ACK ${alice.code}`)).toBe(
      'INC-1042 was already resolved by Alice just now. Nothing changed.',
    );
  });

  test('whoever comes second is told who has it', async () => {
    await page();
    const bob = await page({}, { recipientId: 'usr_bob' });
    await world.text(ALICE, 'ACK');
    await world.advance(5 * 60_000);
    expect(await world.text(BOB, `ack ${bob.code}`)).toBe(
      'INC-1042 was already acknowledged by Alice 5 min ago. Nothing changed.',
    );
    expect(await world.text(BOB, 'ack')).toBe(
      'Nothing is open on this phone. INC-1042 was acknowledged by Alice 5 min ago.',
    );
  });

  test('with ackScope recipient one answers for oneself only', async () => {
    const alice = await page({}, { ackScope: 'recipient' });
    const bob = await page({}, { ackScope: 'recipient', recipientId: 'usr_bob' });
    await world.text(ALICE, `ACK ${alice.code}`);
    expect([await status(alice), await status(bob)]).toEqual(['ACKNOWLEDGED', 'SENT']);
  });

  test('what needs no answer can be acknowledged too, while nothing else is open', async () => {
    const alice = await page({ priority: 'LOW' });
    await world.callback(world.sent[0]?.ref ?? '', world.sent[0]?.providerId ?? '', 'delivered');
    await world.advance(2 * 3_600_000);
    await world.text(ALICE, 'ACK');
    expect(await status(alice)).toBe('ACKNOWLEDGED');
  });
});

describe('two incidents open on one phone', () => {
  test('ACK changes nothing and lists the codes; a code acknowledges its incident for everybody paged about it', async () => {
    const one = await page();
    const bob = await page({}, { recipientId: 'usr_bob' });
    await world.advance(1);
    const other = await page(OTHER);
    expect(await world.text(ALICE, 'ACK')).toBe(
      `2 incidents are open: ${other.code} INC-1043 checkout, ${one.code} INC-1042 payments-api. ` +
        `Reply ACK ${other.code} or ACK ALL.`,
    );
    expect([await status(one), await status(other)]).toEqual(['SENT', 'SENT']);
    await world.text(ALICE, `ack ${one.code.toLowerCase()}`);
    expect([await status(one), await status(bob), await status(other)]).toEqual([
      'ACKNOWLEDGED',
      'ACKNOWLEDGED',
      'SENT',
    ]);
    // Now it is one, and ACK is clear again.
    await world.text(ALICE, 'ack');
    expect(await status(other)).toBe('ACKNOWLEDGED');
  });

  test('ACK ALL acknowledges both', async () => {
    const [one, other] = [await page(), await page(OTHER)];
    expect(await world.text(ALICE, 'ack all')).toMatch(/^2 incidents acknowledged: INC-104\d, INC-104\d\.$/);
    expect([await status(one), await status(other)]).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
  });

  test('two pages of one incident are one incident', async () => {
    const [one, next] = [await page(), await page({}, { escalationLevel: 1 })];
    await world.text(ALICE, 'ACK');
    expect([await status(one), await status(next)]).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
  });

  test('an unknown code lists what is open and changes nothing', async () => {
    const one = await page();
    expect(await world.text(ALICE, 'ACK 2222')).toBe(
      `No 2222 here. 1 incident is open: ${one.code} INC-1042 payments-api. Reply ACK ${one.code}.`,
    );
    expect(await status(one)).toBe('SENT');
  });
});

describe('a text changes nothing', () => {
  test('for another phone, whatever code it names', async () => {
    const alice = await page();
    expect(await world.text(BOB, `ACK ${alice.code}`)).toBe('Nothing is open on this phone.');
    expect(await status(alice)).toBe('SENT');
  });

  test('from a number that nobody has, and it gets silence', async () => {
    const alice = await page();
    for (const from of ['+14155559999', '12345', 'AMAZON', 'whatsapp:+14155550100']) {
      expect(await world.text(from, `ACK ${alice.code}`)).toBe('');
    }
    expect(await status(alice)).toBe('SENT');
  });

  test('when nothing is open', async () => {
    expect(await world.text(ALICE, 'ACK')).toBe('Nothing is open on this phone.');
  });

  test('about news of an answer, which is no alarm', async () => {
    await page({}, { type: 'resolution' });
    expect(await world.text(ALICE, 'ACK')).toBe('Nothing is open on this phone.');
  });

  test.each([
    ['a wrong signature', { 'X-Twilio-Signature': 'AAAA' }, {}],
    ['an account we do not know', {}, { AccountSid: `AC${'2'.repeat(32)}` }],
  ])('with %s: 403', async (_why, headers, fields) => {
    const alice = await page();
    const url = `${PUBLIC_BASE_URL}/webhooks/twilio/sms/inbound`;
    const form = {
      AccountSid: TWILIO.accountSid,
      MessageSid: `SM${'1'.repeat(32)}`,
      From: ALICE,
      Body: 'ACK',
      ...fields,
    };
    const signed = signTwilio(TWILIO.authToken, url, form);
    const answer = await world.call('receiveTwilioSmsInbound', {
      caller: null,
      ...signed,
      headers: { ...signed.headers, ...headers },
    });
    expect([answer.status, answer.body.type]).toEqual([403, 'urn:lifeline:problem:bad-signature']);
    expect(await status(alice)).toBe('SENT');
  });
});

describe('a repeated message', () => {
  const SAME = { MessageSid: `SM${'7'.repeat(32)}` };

  test('a repeated message is answered as before and has no second effect', async () => {
    await page();
    const first = await world.text(ALICE, 'ACK', SAME);
    const audited = world.audit.entries.length;
    await page(OTHER);
    expect(await world.text(ALICE, 'ACK', SAME)).toBe(first);
    expect(world.audit.entries).toHaveLength(audited);
    expect(world.sent).toHaveLength(2);
  });

  test('a repeated message does what its first copy began', async () => {
    let dies = false;
    world = createWorld({
      wrapPages: (pages) => ({
        ...pages,
        getMany: async (ids) => (dies ? Promise.reject(new Error('died')) : pages.getMany(ids)),
      }),
    });
    await world.putAlice();
    await page();
    dies = true;
    await expect(world.text(ALICE, 'ACK', SAME)).rejects.toThrow('500');
    dies = false;
    await world.advance(10_000);
    expect(await world.text(ALICE, 'ACK', SAME)).toMatch(/^INC-1042 acknowledged\. /);
  });

  test('says the same when the first copy died before it answered', async () => {
    const alice = await page();
    const { finish } = world.inbound;
    world.inbound.finish = async () => Promise.reject(new Error('died'));
    await expect(world.text(ALICE, `ACK ${alice.code}`, SAME)).rejects.toThrow('500');
    world.inbound.finish = finish;
    await world.advance(10_000);
    expect(await world.text(ALICE, `ACK ${alice.code}`, SAME)).toMatch(/^INC-1042 acknowledged\. /);
  });
});

describe('what cannot be read', () => {
  test('gets one help text an hour, then silence', async () => {
    expect(await world.text(ALICE, 'what is this?')).toMatch(/^Lifeline understands ACK and RESOLVE/);
    for (const said of ['hello??', '', 'I am driving']) expect(await world.text(ALICE, said)).toBe('');
    await world.advance(3_600_000);
    expect(await world.text(ALICE, 'hello')).toMatch(/^Lifeline/);
  });

  test('a text that quotes an ACK is no ACK', async () => {
    const alice = await page();
    await world.text(
      ALICE,
      `Liked “[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Reply ACK ${alice.code}”`,
    );
    expect(await status(alice)).toBe('SENT');
  });

  test.each(['please ack', 'I will ack it', 'not acked', 'thanks, I ack that'])(
    'a sentence that does not begin with a verb never acts: %s',
    async (said) => {
      const alice = await page();
      await world.text(ALICE, said);
      expect(await status(alice)).toBe('SENT');
    },
  );

  test.each(['ack 7ko', 'ACK INC-9999', 'closed until Monday', '2222', 'please ack', 'Liked “Reply ACK”'])(
    'a text understood in half is answered with the codes each time, help text before or not: %s',
    async (said) => {
      const alice = await page();
      await world.text(ALICE, 'what is this?');
      for (let n = 0; n < 3; n++)
        expect(await world.text(ALICE, said)).toMatch(new RegExp(`Reply (ACK|RESOLVE) ${alice.code}`));
      expect(await status(alice)).toBe('SENT');
    },
  );

  test('two machines never text each other for long: after 60 replies in an hour comes silence', async () => {
    await page();
    const replies: string[] = [];
    for (let n = 0; n < 70; n++) replies.push(await world.text(ALICE, 'Closed until Monday'));
    expect(replies.filter((reply) => reply !== '')).toHaveLength(60);
    // What is clearly said still counts.
    await world.text(ALICE, 'ACK');
    await world.advance(3_600_000);
    expect(await world.text(ALICE, 'ACK')).toContain('acknowledged by Alice');
  });
});

describe('STOP', () => {
  const dispatch = () => world.call('dispatchNotification', { body: INCIDENT });
  const alice = async () => (await world.call('getRecipient', { params: { id: 'usr_alice' } })).body;

  test.each<[string, Record<string, string>?]>([
    ['STOP'],
    ['stop all'],
    ['Unsubscribe.'],
    ['opt-out'],
    ['ARRET'],
    ['Arrêt.'],
    ['arrête'],
    ['Remove'],
    ['TD'],
    ['REVOKE'],
    ['anything', { OptOutType: 'STOP' }],
    ['', { OptOutType: 'STOP' }],
    ['ACK', { OptOutType: 'stop' }],
    ['START', { OptOutType: 'STOP' }],
  ])('%s suppresses the number silently, and a dispatch says so', async (said, fields = {}) => {
    expect(await world.text(ALICE, said, fields)).toBe('');
    expect((await alice()).smsSuppressed).toBe(true);
    const { status, body } = await dispatch();
    expect([status, body.channels]).toMatchObject([422, [{ channel: 'sms', reason: 'sms-suppressed' }]]);
    expect(world.counted).toContain('OptedOut');
  });

  test('START undoes it', async () => {
    await world.text(ALICE, 'STOP');
    expect(await world.text(ALICE, 'start')).toBe('');
    expect((await alice()).smsSuppressed).toBe(false);
    expect((await dispatch()).status).toBe(202);
  });

  test.each<[string, Record<string, string>]>([
    ['YES', {}],
    ['unstop', {}],
    ['anything', { OptOutType: 'START' }],
    ['', { OptOutType: 'START' }],
    ['STOP', { OptOutType: 'START' }],
  ])('a text %j with %j undoes an opt-out', async (said, fields) => {
    await world.text(ALICE, 'STOP');
    expect(await world.text(ALICE, said, fields)).toBe('');
    expect((await alice()).smsSuppressed).toBe(false);
  });

  test('OptOutType HELP is left to Twilio to answer, and changes nothing whatever the text says', async () => {
    for (const said of ['ACK', 'STOP', 'aide']) expect(await world.text(ALICE, said, { OptOutType: 'HELP' })).toBe('');
    expect((await alice()).smsSuppressed).toBe(false);
  });

  test.each(['please stop texting me', 'STOP PLEASE', 'Stop\n-- \nAlice', 'merci d’arrêter: ARRET', 'bitte abmelden'])(
    'a sentence with an opt-out word stops nothing and is told how to stop each time, help text before or not: %j',
    async (said) => {
      const { code } = await page();
      expect(await world.text(ALICE, 'what is this?')).toMatch(/^Lifeline understands/);
      for (let n = 0; n < 3; n++) {
        expect(await world.text(ALICE, said)).toContain('reply STOP and nothing else');
      }
      expect((await alice()).smsSuppressed).toBe(false);
      expect(await world.text(ALICE, `ACK ${code}, and please stop`)).toMatch(/^INC-1042 acknowledged\. .*reply STOP/);
    },
  );

  test('holds for everybody who has the number, now or later, and is in the audit of each', async () => {
    await put('usr_ann', 'Ann', ALICE);
    await world.text(ALICE, 'STOP');
    await world.call('putRecipient', { params: { id: 'usr_new' }, body: { name: 'New', phone: ALICE } });
    for (const id of ['usr_alice', 'usr_ann', 'usr_new']) {
      expect((await world.call('getRecipient', { params: { id } })).body.smsSuppressed, id).toBe(true);
    }
    const audited = world.audit.entries.filter(({ action }) => action === 'recipient.sms_suppressed');
    expect(audited.map(({ resource, actor }) => [resource, actor])).toEqual([
      ['recipient/usr_alice', 'recipient/usr_alice'],
      ['recipient/usr_ann', 'recipient/usr_ann'],
    ]);
  });

  test('said by a provider counts once, however often it is said', async () => {
    for (let n = 0; n < 3; n++) await optingOut(world.ports).suppress(ALICE, 'twilio', '21610');
    expect((await alice()).smsSuppressed).toBe(true);
    expect(world.counted.filter((name) => name === 'OptedOut')).toHaveLength(1);
    expect(world.audit.entries.at(-1)).toMatchObject({ actor: 'provider/twilio', details: { code: '21610' } });
  });

  test('STOP is not undone by a change of the record, but by an admin', async () => {
    await world.text(ALICE, 'STOP');
    expect((await world.putAlice({ name: 'Alicia' })).body.smsSuppressed).toBe(true);
    await world.putAlice({ smsSuppressed: false });
    await world.call('putRecipient', { params: { id: 'usr_new' }, body: { name: 'New', phone: ALICE } });
    expect((await world.call('getRecipient', { params: { id: 'usr_new' } })).body.smsSuppressed).toBe(false);
  });

  test.each(['HELP', 'info', 'YES'])('%s is left to Twilio to answer', async (said) => {
    expect(await world.text(ALICE, said)).toBe('');
  });
});

test('who answered by text is in the audit, and no phone number is in the log', async () => {
  const { id } = await page();
  await world.text(ALICE, 'ACK');
  expect(world.audit.entries.at(-1)).toMatchObject({
    resource: `page/${id}`,
    action: 'page.acknowledged',
    actor: 'recipient/usr_alice',
    details: { by: 'Alice', via: 'sms' },
  });
  await world.text(ALICE, 'STOP');
  expect(JSON.stringify(world.lines)).not.toContain(ALICE.slice(1));
});

test('what is texted back is XML that Twilio can read, whatever an incident is called', async () => {
  await page({ title: 'a < b && "c"' });
  const back = await world.text(ALICE, 'ACK');
  expect(back).toContain('a &lt; b &amp;&amp; &quot;c&quot;.');
});
