/** One file because every operation's answers are held to the same schema by the same helper. */
import { describe, expect, it } from 'vitest';
import type { OperationId } from '../../lambdas/http/api.gen.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import type { EventOptions } from '../support/api-event.ts';
import { undocumented } from '../support/openapi.ts';
import { ALICE, createWorld } from '../support/world.ts';

const INCIDENT = {
  id: 'INC-1042',
  title: 'High error rate',
  description: '5xx at 12 %',
  priority: 'CRITICAL',
  service: 'payments-api',
  team: { id: 't1', name: 'Payments', slackChannel: 'C0123' },
  alertCount: 3,
  triggeredAt: '2026-11-22T10:00:00Z',
  url: 'https://example.com/i/1042',
};
const FULL = {
  incident: INCIDENT,
  recipientId: 'usr_alice',
  type: 'escalation',
  escalationLevel: 1,
  channels: ['sms'],
  skipTiers: true,
  requireAck: true,
  ackScope: 'recipient',
  escalateTo: ['usr_bob'],
};

/** A world whose every answer must be one that the OpenAPI file describes. */
function checkedWorld() {
  const world = createWorld();
  const call = async (operation: OperationId, event: EventOptions = {}) => {
    const answer = await world.call(operation, event);
    expect(undocumented(operation, answer)).toEqual([]);
    return answer;
  };
  return { ...world, call };
}

describe('every answer is one that the OpenAPI file describes', () => {
  it('through the life of a page', async () => {
    const { call, drain, sent, callback, putAlice } = checkedWorld();
    await putAlice({
      timezone: 'UTC',
      quietHours: { from: '22:00', to: '07:00' },
      language: 'en',
      email: 'a@example.com',
    });
    const headers = { 'Idempotency-Key': 'k1' };
    const { body, status } = await call('dispatchNotification', { body: FULL, headers });
    expect(status).toBe(202);
    const replay = await call('dispatchNotification', { body: FULL, headers });
    expect(replay.headers['idempotency-replayed']).toBe('true');
    expect((await call('dispatchNotification', { body: FULL })).body.deduplicated).toBe(true);
    const other = { ...FULL, escalationLevel: 2 };
    expect((await call('dispatchNotification', { body: other, headers })).status).toBe(422);
    await drain();
    for (const news of ['sent', 'delivered']) await callback(sent[0]?.ref ?? '', sent[0]?.providerId ?? '', news);
    const params = { id: body.notificationId };
    expect((await call('getNotification', { params })).body.status).toBe('DELIVERED');
    expect((await call('listNotifications', { query: { limit: '1' } })).body.items).toHaveLength(1);
    expect((await call('listNotifications', { query: { recipientId: 'usr_alice' } })).body.items).toHaveLength(1);
    const incident = { params: { incidentId: 'INC-1042' } };
    expect((await call('listIncidentDeliveries', incident)).body.items).toHaveLength(1);
    expect((await call('acknowledgeNotification', { params, body: { by: 'Alice' } })).body.status).toBe('ACKNOWLEDGED');
    expect((await call('acknowledgeIncident', incident)).body.status).toBe('ACKNOWLEDGED');
    expect((await call('resolveNotification', { params })).body.status).toBe('RESOLVED');
    expect((await call('resolveIncident', incident)).body.status).toBe('RESOLVED');
  });

  it('through the life of a recipient', async () => {
    const { call, putAlice } = checkedWorld();
    await putAlice();
    const params = { id: 'usr_bob' };
    const full = {
      name: 'Bob',
      phone: '+49 1512 3456789',
      teamsWebhookUrl: 'https://prod-1.westus.logic.azure.com/workflows/x?sig=y',
      pushEndpoints: ['arn:aws:sns:us-east-1:000000000000:endpoint/GCM/lifeline/x'],
    };
    const created = await call('putRecipient', { params, body: full });
    expect(created.status).toBe(201);
    const read = await call('getRecipient', { params });
    expect(read.headers.etag).toBe(created.headers.etag);
    // What was read can be sent back.
    const again = await call('putRecipient', {
      params,
      body: read.body,
      headers: { 'If-Match': String(read.headers.etag) },
    });
    expect(again.status).toBe(200);
    expect(
      (await call('putRecipient', { params, body: full, headers: { 'If-Match': String(read.headers.etag) } })).status,
    ).toBe(412);
    const list = await call('listRecipients', { query: { limit: '1' } });
    expect(list.body.items[0].phone).toBe('+1415•••0100');
    expect((await call('listRecipients', { query: { cursor: list.body.nextCursor } })).body.items).toHaveLength(1);
    await call('dispatchNotification', { body: { incident: INCIDENT, recipientId: 'usr_alice' } });
    expect((await call('deleteRecipient', { params: { id: 'usr_alice' } })).status).toBe(409);
    expect((await call('deleteRecipient', { params })).status).toBe(204);
  });

  it('through the verification of a phone', async () => {
    const { call, putAlice, sent } = checkedWorld();
    const params = { id: 'usr_alice' };
    const phone = '+14155550199';
    await putAlice();
    expect((await call('putRecipient', { params, body: { name: 'Alice', phone } })).body.verifiedPhone).toBeDefined();
    expect((await call('getRecipient', { params })).body.phoneVerified).toBe(false);
    expect((await call('listRecipients')).body.items).toHaveLength(1);
    expect((await call('sendVerification', { params, body: { via: 'sms' } })).status).toBe(202);
    const code = /\d{6}/.exec(sent[0]?.body ?? '')?.[0] ?? '';
    const other = code === '000000' ? '000001' : '000000';
    expect((await call('confirmVerification', { params, body: { code: other } })).body.triesLeft).toBe(4);
    expect((await call('confirmVerification', { params, body: { code } })).status).toBe(200);
    expect((await call('confirmVerification', { params, body: { code } })).status).toBe(409);
    expect((await call('sendVerification', { params, body: { via: 'sms' } })).status).toBe(409);
    await call('putRecipient', { params, body: { name: 'Alice', phone, phoneVerified: false } });
    expect((await call('confirmVerification', { params, body: { code } })).status).toBe(404);
    expect((await call('sendVerification', { params, body: { via: 'voice' } })).status).toBe(422);
    for (let i = 0; i < 2; i++) await call('sendVerification', { params, body: { via: 'sms' } });
    expect((await call('sendVerification', { params, body: { via: 'sms' } })).status).toBe(429);
    for (let i = 0; i < 5; i++) await call('confirmVerification', { params, body: { code: other } });
    expect((await call('confirmVerification', { params, body: { code: other } })).status).toBe(410);
    await call('putRecipient', { params, body: { name: 'Alice', phone: '+882161234567' } });
    expect((await call('sendVerification', { params, body: { via: 'sms' } })).status).toBe(403);
  });

  it('when no provider takes a code', async () => {
    const provider = () => ({ outcome: 'failed', fault: callFault(500, 20500) }) as const;
    const world = createWorld({ provider });
    await world.putAlice({ phoneVerified: false });
    const answer = await world.call('sendVerification', { params: { id: 'usr_alice' }, body: { via: 'sms' } });
    expect([answer.status, undocumented('sendVerification', answer)]).toEqual([503, []]);
  });

  const id = { id: 'pg_aaaaaaaaaaaaaaaa' };
  const mistakes: [string, OperationId, EventOptions, number][] = [
    ['an unknown recipient', 'dispatchNotification', { body: FULL }, 404],
    ['an empty body', 'dispatchNotification', {}, 400],
    ['no JSON', 'dispatchNotification', { rawBody: '{' }, 400],
    [
      'a form',
      'dispatchNotification',
      { rawBody: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    ['too much', 'dispatchNotification', { rawBody: ' '.repeat(40_000) }, 413],
    ['a long key', 'dispatchNotification', { body: FULL, headers: { 'Idempotency-Key': 'x'.repeat(129) } }, 400],
    ['the wrong scope', 'dispatchNotification', { body: FULL, caller: { scopes: 'lifeline/read' } }, 403],
    ['no token', 'getNotification', { params: id, caller: null }, 401],
    ['an unknown page', 'getNotification', { params: id }, 404],
    ['an unknown page', 'acknowledgeNotification', { params: id }, 404],
    ['an impossible id', 'getNotification', { params: { id: 'a b' } }, 400],
    ['an unknown incident', 'resolveIncident', { params: { incidentId: 'INC-404' } }, 404],
    ['an unknown incident', 'listIncidentDeliveries', { params: { incidentId: 'INC-404' } }, 200],
    ['a foreign cursor', 'listNotifications', { query: { cursor: 'e30' } }, 400],
    ['a foreign cursor', 'listIncidentDeliveries', { params: { incidentId: 'a' }, query: { cursor: 'e30' } }, 400],
    ['a foreign cursor', 'listRecipients', { query: { cursor: 'W10' } }, 400],
    ['an unknown filter', 'listNotifications', { query: { statuss: 'SENT' } }, 400],
    ['a national number', 'putRecipient', { params: { id: 'a' }, body: { name: 'A', phone: '4155550100' } }, 400],
    ['another id than the path', 'putRecipient', { params: { id: 'a' }, body: { id: 'b', name: 'A' } }, 400],
    [
      'vouching without admin',
      'putRecipient',
      {
        params: { id: 'a' },
        body: { name: 'A', phone: '+14155550100', phoneVerified: true },
        caller: { scopes: 'lifeline/recipients' },
      },
      403,
    ],
    ['an unknown recipient', 'getRecipient', { params: { id: 'a' } }, 404],
    ['an unknown recipient', 'deleteRecipient', { params: { id: 'a' } }, 404],
    [
      'a foreign number in use',
      'putRecipient',
      { params: { id: 'a' }, body: { name: 'A', verifiedPhone: '+14155550100' } },
      400,
    ],
    ['an unknown recipient', 'sendVerification', { params: { id: 'a' }, body: { via: 'sms' } }, 404],
    ['no way to send', 'sendVerification', { params: { id: 'a' } }, 400],
    ['another way to send', 'sendVerification', { params: { id: 'a' }, body: { via: 'email' } }, 400],
    ['an unknown recipient', 'confirmVerification', { params: { id: 'a' }, body: { code: '123456' } }, 404],
    ['a code that is none', 'confirmVerification', { params: { id: 'a' }, body: { code: 123456 } }, 400],
    ['no signature', 'receiveTwilioSmsStatus', { params: { ref: 'x' }, rawBody: 'AccountSid=AC1', caller: null }, 403],
    ['an empty form', 'receiveTwilioSmsStatus', { params: { ref: 'x' }, rawBody: '', caller: null }, 403],
    ['a text without a signature', 'receiveTwilioSmsInbound', { rawBody: 'AccountSid=AC1', caller: null }, 403],
    ['a text in JSON', 'receiveTwilioSmsInbound', { body: {}, caller: null }, 415],
    ['a link that is none of ours', 'getAction', { params: { token: 'x' }, caller: null }, 404],
    ['a link that is none of ours', 'postAction', { params: { token: 'x' }, caller: null }, 404],
    ['a JSON callback', 'receiveTwilioSmsStatus', { params: { ref: 'x' }, body: {}, caller: null }, 415],
    [
      'too large a form',
      'receiveTwilioSmsStatus',
      { params: { ref: 'x' }, rawBody: 'a'.repeat(1_100_000), caller: null },
      413,
    ],
  ];
  it.each(mistakes)('to %s (%s)', async (_what, operation, event, status) => {
    expect((await checkedWorld().call(operation, event)).status).toBe(status);
  });

  it('when nobody can be reached', async () => {
    const { call, putAlice } = checkedWorld();
    await putAlice({ phoneVerified: false });
    const { status, body } = await call('dispatchNotification', { body: FULL });
    expect([status, body.channels]).toMatchObject([422, [{ channel: 'sms', reason: 'phone-unverified' }]]);
  });

  it('a signed callback that does not concern us is answered as the OpenAPI file describes', async () => {
    const { callback } = createWorld();
    for (const status of ['delivered', 'nonsense']) {
      const answer = await callback('not-ours', `SM${'1'.repeat(32)}`, status);
      expect(undocumented('receiveTwilioSmsStatus', answer)).toEqual([]);
      expect(answer.status).toBeLessThan(500);
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
  });

  it('a text from a phone is answered as the OpenAPI file describes', async () => {
    const { call, putAlice, signedText } = checkedWorld();
    await putAlice();
    expect((await call('receiveTwilioSmsInbound', signedText(ALICE, 'what?'))).body).toContain('<Message>');
    expect((await call('receiveTwilioSmsInbound', signedText(ALICE, 'STOP'))).body).not.toContain('<Message>');
    expect((await call('receiveTwilioSmsInbound', signedText(ALICE, 'ACK', { MessageSid: 'x' }))).status).toBe(200);
  });

  it('health is answered as the OpenAPI file describes, up and down', async () => {
    for (const [up, status] of [
      [true, 200],
      [false, 503],
    ] as const) {
      const { call, checks } = checkedWorld();
      if (!up) checks.health.read = () => Promise.reject(new Error('the table is down'));
      expect((await call('getHealth', { caller: null })).status).toBe(status);
    }
  });

  it('an operator is answered as the OpenAPI file describes', async () => {
    const { call, checks, advance } = checkedWorld();
    const pin = { params: { name: 'twilio', channel: 'sms' }, body: { mode: 'open', reason: 'maintenance' } };
    expect((await call('getHealthDetails')).body.checkedAt).toBeUndefined();
    expect((await call('listProviders')).body.items).toHaveLength(9);
    checks.findings.depth = () => ({ visible: 3, inFlight: 1, delayed: 2 });
    await checks.check();
    await advance(5_000);
    expect((await call('getHealthDetails')).body.queues).toHaveLength(16);
    expect((await call('pinProvider', pin)).body.mode).toBe('open');
    expect((await call('pinProvider', { ...pin, body: { mode: 'auto' } })).status).toBe(400);
    expect((await call('pinProvider', { ...pin, params: { name: 'ses', channel: 'sms' } })).status).toBe(404);
    const audit = await call('listAudit', { query: { resource: 'provider/twilio/sms' } });
    expect(audit.body.items).toHaveLength(1);
    expect((await call('listAudit', { caller: { scopes: 'lifeline/read' } })).status).toBe(403);
    expect((await call('listAudit', { query: { since: 'yesterday' } })).status).toBe(400);
    expect((await call('listAudit', { query: { cursor: 'e30' } })).status).toBe(400);
  });
});
