/** A contact point that a provider calls dead is told once, shown in each answer, and gone when it is mended (ADR 24); one file because all kinds share one table. */

import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { parseSendGridEvents } from '../../lambdas/providers/email/sendgrid-events.ts';
import { pushFault } from '../../lambdas/providers/push/push-codes.ts';
import { slackFault } from '../../lambdas/providers/slack/slack-codes.ts';
import { teamsFault } from '../../lambdas/providers/teams/teams-codes.ts';
import type { Behaviour } from '../support/world/providers.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const CONTACTS = {
  email: 'alice@example.com',
  slackUserId: 'U1',
  teamsWebhookUrl: 'https://a.environment.api.powerplatform.com/1?sig=x',
  pushEndpoints: ['arn:aws:sns:us-east-1:000000000000:endpoint/GCM/lifeline/pixel'],
};
const MAIL_EVENT = { sg_message_id: 'm', ref: 'r', sg_event_id: 'e' };
const news = (event: object) => parseSendGridEvents(JSON.stringify([{ ...MAIL_EVENT, ...event }]))[0]?.receipt;
const refusal = (fault: Extract<SendResult, { outcome: 'failed' }>['fault']): SendResult => ({
  outcome: 'failed',
  fault,
});
const dead = (fault: Extract<SendResult, { outcome: 'failed' }>['fault'], address: string): SendResult => ({
  outcome: 'failed',
  fault,
  contacts: { works: [], broken: [{ address, code: fault.code, reason: fault.message }] },
});

type Kind = 'a flow that is off' | 'a user that is gone' | 'a hard bounce' | 'a spam report' | 'a dead endpoint';
interface Case {
  channel: 'email' | 'slack' | 'teams' | 'push';
  code: string;
  /** What the provider answers to a send. */
  refuses?: Behaviour;
  /** What it tells of a mail that it has taken. */
  event?: object;
  /** Another address, as the record has it. */
  corrected: object;
}
const CASES: Record<Kind, Case> = {
  'a flow that is off': {
    channel: 'teams',
    code: 'WorkflowTriggerIsNotEnabled',
    refuses: () => refusal(teamsFault(400, '{"error":{"code":"WorkflowTriggerIsNotEnabled"}}')),
    corrected: { teamsWebhookUrl: 'https://b.environment.api.powerplatform.com/2?sig=y' },
  },
  'a user that is gone': {
    channel: 'slack',
    code: 'user_not_found',
    refuses: () => refusal(slackFault(200, 'user_not_found')),
    corrected: { slackUserId: 'U2' },
  },
  'a hard bounce': {
    channel: 'email',
    code: '5.1.1',
    event: { event: 'bounce', status: '5.1.1' },
    corrected: { email: 'alice@example.org' },
  },
  'a spam report': {
    channel: 'email',
    code: 'spamreport',
    event: { event: 'spamreport' },
    corrected: { email: 'alice@example.org' },
  },
  'a dead endpoint': {
    channel: 'push',
    code: 'EndpointDisabled',
    refuses: ({ to }) => dead(pushFault(400, 'EndpointDisabledException'), to),
    corrected: { pushEndpoints: ['arn:aws:sns:us-east-1:000000000000:endpoint/GCM/lifeline/new'] },
  },
};
const PROVIDER = {
  email: 'sendgrid/email',
  slack: 'slack/slack',
  teams: 'teams/teams',
  push: 'sns-push/push',
} as const;

async function reached({ channel, refuses, event }: Case) {
  const state = { isBroken: true };
  const works: Behaviour = ({ to }) =>
    channel === 'push'
      ? {
          outcome: 'accepted',
          providerId: 'sns-push:1',
          providerStatus: 'accepted',
          contacts: { works: [to], broken: [] },
        }
      : undefined;
  const behaviour: Behaviour = (request, call) =>
    state.isBroken && refuses ? refuses(request, call) : works(request, call);
  const world = createWorld({
    channels: ['push', 'email', 'slack', 'teams', 'sms'],
    behave: { [PROVIDER[channel]]: behaviour },
    operationsRecipients: [],
  });
  const put = (more: object) => world.putAlice({ ...CONTACTS, ...more });
  await put({});
  let n = 0;
  /** Pages Alice on all quiet channels; the provider of mails tells what became of the one it took. */
  const page = async () => {
    const incident = { ...INCIDENT.incident, id: `INC-${++n}` };
    const answer = await world.call('dispatchNotification', {
      body: { ...INCIDENT, incident, requireAck: false, channels: ['push', 'email', 'slack', 'teams'] },
    });
    await world.drain();
    const told = world.sent.filter(({ by }) => by === 'sendgrid').at(-1);
    const report = news(state.isBroken && event ? event : { event: 'delivered' });
    if (told && report) await world.receiveReceipt(refOf(told.ref), { ...report, providerId: told.providerId });
    await world.advance(10 * MINUTE);
    return answer.body.warnings.map(({ code }: { code: string }) => code) as string[];
  };
  const record = async () => (await world.call('getRecipient', { params: { id: 'usr_alice' } })).body;
  /** The news that Alice got of her contact points, by channel. */
  const toldAlice = () => world.sent.filter(({ body }) => /take(s)? (no|our) more|no more|know your user/.test(body));
  const operations = () => world.told.filter(({ subject }) => subject.includes('contact point'));
  return { world, state, put, page, record, toldAlice, operations };
}

function refOf(ref: string) {
  const [pageId = '', round, channel, claim, leg] = ref.split('-');
  return {
    pageId: `pg_${pageId}`,
    round: Number(round),
    channel: channel as 'email',
    claim: Number(claim),
    leg: Number(leg),
  };
}

describe.each(Object.entries(CASES) as [Kind, Case][])('%s', (_, one) => {
  test('%s is told once to the person on other channels and to operations, and shown in every later answer', async () => {
    const { page, record, toldAlice, operations, world } = await reached(one);
    expect(await page()).not.toContain('contact-broken');
    const told = toldAlice();
    expect(told.length).toBeGreaterThan(0);
    expect(told.map(({ channel }) => channel)).not.toContain(one.channel);
    expect(operations()).toMatchObject([{ subject: expect.stringContaining('usr_alice') }]);
    expect(await page()).toContain('contact-broken');
    expect(await page()).toContain('contact-broken');
    expect(toldAlice()).toHaveLength(told.length);
    expect(operations()).toHaveLength(1);
    expect((await record()).brokenContacts).toMatchObject([{ channel: one.channel, code: one.code }]);
    const marks = world.audit.entries.filter(({ action }) => action === 'recipient.contact_broken');
    expect(marks).toHaveLength(1);
  });

  test('the mark of %s is gone when a message gets through', async () => {
    const { page, record, state, world } = await reached(one);
    await page();
    state.isBroken = false;
    expect(await page()).toContain('contact-broken');
    expect(await page()).not.toContain('contact-broken');
    expect(await record()).not.toHaveProperty('brokenContacts');
    expect(world.audit.entries.map(({ action }) => action)).toContain('recipient.contact_mended');
  });

  test('the mark of %s is gone when the address is corrected, and made and told anew when that one is dead too', async () => {
    const { page, put, record, operations } = await reached(one);
    await page();
    await put(one.corrected);
    expect(await record()).not.toHaveProperty('brokenContacts');
    expect(await page()).not.toContain('contact-broken');
    expect((await record()).brokenContacts).toHaveLength(1);
    expect(operations()).toHaveLength(2);
  });

  test('stays marked through a change of the record that sends back what was read', async () => {
    const { page, record, world } = await reached(one);
    await page();
    const { id, ...read } = await record();
    const body = { ...read, name: 'Alice B.' };
    expect((await world.call('putRecipient', { params: { id }, body })).status).toBe(200);
    expect(await record()).toMatchObject({ name: 'Alice B.', brokenContacts: [{ channel: one.channel }] });
  });
});

test('a page costs no read and no write of the recipient where no contact point is broken', async () => {
  const counted = { get: 0, put: 0 };
  const world = createWorld({
    channels: ['push', 'email', 'slack', 'teams', 'sms'],
    surroundings: {
      port: (name, plain) => (name === 'recipients' ? watched(plain) : plain),
      handler: (_, handler) => handler,
    },
  });
  function watched<T extends object>(plain: T): T {
    return new Proxy(plain, {
      get(target, key) {
        if (key === 'get' || key === 'put') counted[key] += 1;
        return Reflect.get(target, key);
      },
    });
  }
  await world.putAlice(CONTACTS);
  const body = { ...INCIDENT, requireAck: false, channels: ['push', 'email', 'slack', 'teams'] };
  await world.call('dispatchNotification', { body });
  const before = { ...counted };
  await world.drain();
  expect(counted).toEqual(before);
});

describe('a person all of whose quiet contact points are dead at once', () => {
  async function allDead(channels: ('push' | 'email' | 'slack' | 'teams' | 'sms')[]) {
    const world = createWorld({
      channels,
      behave: {
        'slack/slack': CASES['a user that is gone'].refuses as Behaviour,
        'teams/teams': CASES['a flow that is off'].refuses as Behaviour,
        'sns-push/push': CASES['a dead endpoint'].refuses as Behaviour,
        'sendgrid/email': () => refusal({ ...slackFault(200, 'user_not_found'), code: '5.1.1' }),
      },
      operationsRecipients: ['usr_alice'],
    });
    await world.putAlice(CONTACTS);
    await world.call('dispatchNotification', { body: { ...INCIDENT, requireAck: false } });
    await world.advance(60 * MINUTE);
    return world;
  }
  const newsOf = (world: ReturnType<typeof createWorld>) =>
    world.sent.filter(({ body }) => /no more|know your user/.test(body));

  test('a person all of whose quiet contact points are dead is told of each by text, once, and nothing goes round although Alice is operations too', async () => {
    const world = await allDead(['push', 'email', 'slack', 'teams', 'sms']);
    const marks = world.audit.entries.filter(({ action }) => action === 'recipient.contact_broken');
    expect(marks).toHaveLength(4);
    expect((await world.recipients.get('usr_alice'))?.broken?.every(({ told }) => told)).toBe(true);
    expect(new Set(newsOf(world).map(({ channel }) => channel))).toEqual(new Set(['sms']));
    const calls = world.calls.length;
    await world.advance(120 * MINUTE);
    expect(world.calls.length).toBe(calls);
  });

  test('a person all of whose quiet contact points are dead and who has no other is told by nothing, and operations hear of each', async () => {
    const world = await allDead(['push', 'email', 'slack', 'teams']);
    expect(newsOf(world)).toEqual([]);
    expect((await world.recipients.get('usr_alice'))?.broken?.filter(({ told }) => told)).toHaveLength(4);
    const told = world.told.filter(({ subject }) => subject.includes('contact point'));
    expect(new Set(told.map(({ subject }) => /\((\w+) /.exec(subject)?.[1])).size).toBe(4);
  });
});

test('ten pages that find a user gone at the same time make one mark and one message to operations', async () => {
  const { world, operations } = await reached(CASES['a user that is gone']);
  for (let n = 0; n < 10; n++) {
    const incident = { ...INCIDENT.incident, id: `INC-burst-${n}` };
    await world.call('dispatchNotification', {
      body: { ...INCIDENT, incident, requireAck: false, channels: ['slack'] },
    });
  }
  await world.advance(10 * MINUTE);
  expect((await world.recipients.get('usr_alice'))?.broken).toHaveLength(1);
  expect(operations()).toHaveLength(1);
});

test('a recipient who is deleted while the news of a dead contact point is under way makes no trouble', async () => {
  const { world, operations } = await reached(CASES['a user that is gone']);
  await world.alertQueue.send({
    kind: 'CONTACT_BROKEN',
    recipientId: 'usr_gone',
    channel: 'slack',
    about: 'x',
    since: 1,
  });
  await world.advance(10 * MINUTE);
  expect(operations()).toEqual([]);
  expect(world.allQueues().flatMap(({ dead }) => dead)).toEqual([]);
});
