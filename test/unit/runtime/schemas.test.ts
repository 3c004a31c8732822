/** One file because the cases are tables of what is taken and what is refused. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../lambdas/core/time.ts';
import { Problem } from '../../../lambdas/http/problem.ts';
import { answerSchema } from '../../../lambdas/http/schemas/answer.ts';
import { dispatchSchema } from '../../../lambdas/http/schemas/dispatch.ts';
import { parseListQuery, parseNotificationsQuery } from '../../../lambdas/http/schemas/list-query.ts';
import { maintenanceWindowSchema } from '../../../lambdas/http/schemas/maintenance-window.ts';
import { toE164 } from '../../../lambdas/http/schemas/phone.ts';
import { localRecipientSchema, recipientSchema } from '../../../lambdas/http/schemas/recipient.ts';
import { parse } from '../../../lambdas/http/validation.ts';

const incident = { id: 'INC-1', title: 'High error rate', priority: 'CRITICAL', service: 'payments-api' };
const dispatch = { incident, recipientId: 'usr_alice' };

/** The paths and messages of the refusal; empty when it is none. */
function refusals(run: () => unknown): Record<string, string> {
  try {
    run();
    return {};
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.name).toBe('invalid-request');
    return Object.fromEntries((error.errors ?? []).map(({ path, message }) => [path, message]));
  }
}
const ofDispatch = (change: object) => refusals(() => parse(dispatchSchema, { ...dispatch, ...change }));
const ofIncident = (change: object) => ofDispatch({ incident: { ...incident, ...change } });
const ENDPOINT = 'arn:aws:sns:us-east-1:000000000000:endpoint/APNS/lifeline/5e3e9847';
const ofRecipient = (change: object) => refusals(() => parse(recipientSchema, { name: 'Alice', ...change }));

describe('a dispatch', () => {
  it('needs no more than incident and recipient, and gets the documented defaults', () => {
    expect(parse(dispatchSchema, dispatch)).toEqual({
      ...dispatch,
      type: 'new_incident',
      escalationLevel: 0,
      skipTiers: false,
      ackScope: 'incident',
      escalateTo: [],
    });
  });

  it('a dispatch is refused with every field that is wrong, and what is allowed there', () => {
    const wrong = {
      incident: { title: 7, priority: 'URGENT', service: 's', alertCount: 1.5 },
      channels: [],
      skipTiers: 'no',
    };
    expect(refusals(() => parse(dispatchSchema, wrong))).toEqual({
      'incident.id': 'is required',
      'incident.title': 'must be a text',
      'incident.priority': 'must be one of CRITICAL, HIGH, MEDIUM, LOW',
      'incident.alertCount': 'must be a whole number',
      recipientId: 'is required',
      channels: 'must not be empty',
      skipTiers: 'must be true or false',
    });
  });

  it('a dispatch is refused with a misspelt field, which would be ignored at the worst time', () => {
    expect(Object.keys(ofDispatch({ chanels: ['sms'] }))).toEqual(['chanels']);
    expect(Object.keys(ofIncident({ severity: 'x' }))).toEqual(['incident.severity']);
    expect(Object.keys(refusals(() => parse(dispatchSchema, JSON.parse('{"__proto__":{}}'))))).toContain('__proto__');
  });

  it.each([
    ['id', 'x'.repeat(64), 'x'.repeat(65)],
    ['service', 'x'.repeat(64), 'x'.repeat(65)],
    ['title', '🔥'.repeat(200), '🔥'.repeat(201)],
    ['description', 'é'.repeat(2048), 'é'.repeat(2049)],
    ['alertCount', 0, -1],
    ['triggeredAt', '2026-11-22T10:00:00+01:00', '2026-11-22'],
    ['url', `https://e.com/${'x'.repeat(2034)}`, `https://e.com/${'x'.repeat(2035)}`],
    ['url', 'http://e.com', 'javascript:alert(1)'],
  ])('holds the bound of incident.%s', (field, good, bad) => {
    expect(ofIncident({ [field]: good })).toEqual({});
    expect(Object.keys(ofIncident({ [field]: bad }))).toEqual([`incident.${field}`]);
  });

  it.each(['a\u0000', 'a\nb', '\u007f', '\u0085', '\ud800', 'a\uffff', ' ', ''])(
    'refuses %j as an id or service',
    (bad) => {
      expect(Object.keys(ofIncident({ id: bad, service: bad }))).toEqual(['incident.id', 'incident.service']);
    },
  );

  it('refuses ids that a URL would swallow', () => {
    expect(Object.keys(ofIncident({ id: '..' }))).toEqual(['incident.id']);
  });

  it('keeps line breaks in title and description, where alerts have them', () => {
    expect(ofIncident({ title: 'a\nb', description: 'a\r\n\tb' })).toEqual({});
  });

  it.each([
    [{ channels: ['sms', 'sms'] }, 'channels'],
    [{ channels: ['fax'] }, 'channels.0'],
    [{ escalateTo: ['a', 'a'] }, 'escalateTo'],
    [{ escalateTo: Array.from({ length: 21 }, (_, i) => `u${i}`) }, 'escalateTo'],
    [{ escalationLevel: 100 }, 'escalationLevel'],
    [{ recipientId: 'a/b' }, 'recipientId'],
    [{ requireAck: null }, 'requireAck'],
  ])('refuses %j', (change, path) => {
    expect(Object.keys(ofDispatch(change))).toEqual([path]);
  });
});

describe('a phone', () => {
  it.each([
    ['+14155550100', '+14155550100'],
    ['+1 (415) 555-0100', '+14155550100'],
    ['14155550100', '+14155550100'],
    ['49 1512 3456789', '+4915123456789'],
    ['+447700900123', '+447700900123'],
    ['+52 55 6200 0000', '+525562000000'],
    ['+52 1 55 6200 0000', '+5215562000000'],
    ['5215562000000', '+5215562000000'],
    ['+54 9 11 2345 6789', '+5491123456789'],
    ['+54 11 2345 6789', '+541123456789'],
  ])('%s becomes %s', (given, phone) => {
    expect(toE164(given)).toEqual({ phone });
  });

  it.each(['4155550100', '(415) 555-0100', '2025550123', '0151 23456789'])(
    '%s is refused as national, with help',
    (given) => {
      expect(toE164(given)).toMatchObject({ refused: expect.stringContaining('country code') });
    },
  );

  it.each([
    '',
    '+',
    '+1',
    '+999123456789',
    'call me',
    '+14155550100\u0000',
    '+1415•••0100',
    '１４１５',
    '+14155550100;ext=5',
  ])('%j is refused', (given) => expect(toE164(given)).toHaveProperty('refused'));

  it('whatever it is made of, comes out as E.164 or not at all', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^\+?[0-9 ()-]{0,20}$/)), (given) => {
        const result = toE164(given);
        if ('phone' in result) expect(result.phone).toMatch(/^\+[1-9]\d{6,14}$/);
      }),
    );
  });

  it('a phone is never quoted in the refusal', () => {
    expect(JSON.stringify(ofRecipient({ phone: '2025550123' }))).not.toContain('2025550123');
  });
});

describe('a recipient', () => {
  it('may be sent back as it was read', () => {
    const read = { id: 'usr_a', name: 'A', phoneVerified: true, smsSuppressed: false, preferences: [] };
    expect(parse(recipientSchema, read)).toEqual(read);
  });

  it.each([
    [{ name: ' ' }, 'name'],
    [{ email: 'alice' }, 'email'],
    [{ language: 'x_y' }, 'language'],
    [{ timezone: 'Mars/Base' }, 'timezone'],
    [{ timezone: '+05:00' }, 'timezone'],
    [{ timezone: 'BST' }, 'timezone'],
    [{ timezone: 'EST' }, 'timezone'],
    [{ quietHours: { from: '22:00', to: '07:00' } }, 'timezone'],
    [{ timezone: 'UTC', quietHours: { from: '24:00', to: '07:00' } }, 'quietHours.from'],
    [{ timezone: 'UTC', quietHours: { from: '07:00', to: '07:00' } }, 'quietHours.to'],
    [{ timezone: 'UTC', quietHours: { from: '22:00', to: '07:00', days: ['mon', 'mon'] } }, 'quietHours.days'],
    [
      {
        preferences: [
          { channel: 'sms', enabled: true },
          { channel: 'sms', enabled: false },
        ],
      },
      'preferences',
    ],
    [{ teamsWebhookUrl: 'http://prod-1.westus.logic.azure.com/x' }, 'teamsWebhookUrl'],
    [{ teamsWebhookUrl: 'https://example.com/x' }, 'teamsWebhookUrl'],
    [{ teamsWebhookUrl: 'http://127.0.0.1:3000/simulators/teams/x' }, 'teamsWebhookUrl'],
    [{ pushEndpoints: ['arn:aws:sns:us-east-1:000000000000:topic'] }, 'pushEndpoints.0'],
    [{ pushEndpoints: [ENDPOINT, ENDPOINT] }, 'pushEndpoints'],
    [{ phone: 5 }, 'phone'],
  ])('with %j is refused', (change, path) => {
    expect(Object.keys(ofRecipient(change))).toEqual([path]);
  });

  it('with a webhook on this machine passes in the local run, and in no other', () => {
    const input = { name: 'Alice', teamsWebhookUrl: 'http://127.0.0.1:3000/simulators/teams/alice' };
    expect(refusals(() => parse(localRecipientSchema, input))).toEqual({});
    const elsewhere = { ...input, teamsWebhookUrl: 'https://example.com/x' };
    expect(Object.keys(refusals(() => parse(localRecipientSchema, elsewhere)))).toEqual(['teamsWebhookUrl']);
  });

  it('with quiet hours, a write-only URL taken back, and a time zone passes', () => {
    const change = {
      teamsWebhookUrl: null,
      pushEndpoints: [ENDPOINT],
      timezone: 'Europe/Berlin',
      quietHours: { from: '22:00', to: '07:00', days: ['mon'] },
    };
    expect(ofRecipient(change)).toEqual({});
  });
});

describe('a list query', () => {
  const now = Date.parse('2026-11-22T00:00:00Z');

  it('a list query is bounded: 7 days by default, 90 at most', () => {
    expect(parseNotificationsQuery({}, now)).toEqual({ since: now - 7 * DAY, until: now, limit: 50 });
    const until = '2026-10-01T00:00:00Z';
    expect(parseNotificationsQuery({ until }, now)).toMatchObject({ since: Date.parse(until) - 7 * DAY });
    const since = (days: number) => ({ since: new Date(now - days * DAY).toISOString() });
    expect(refusals(() => parseNotificationsQuery(since(90), now))).toEqual({});
    expect(Object.keys(refusals(() => parseNotificationsQuery(since(90.01), now)))).toEqual(['since']);
    expect(Object.keys(refusals(() => parseNotificationsQuery(since(-1), now)))).toEqual(['since']);
  });

  it('a list query is refused with an unknown filter, which would list everything', () => {
    expect(Object.keys(refusals(() => parseNotificationsQuery({ recepientId: 'a' }, now)))).toEqual(['recepientId']);
    expect(Object.keys(refusals(() => parseListQuery({ status: 'SENT' })))).toEqual(['status']);
  });

  it('takes limits from 1 to 100', () => {
    expect(parseListQuery({ limit: '100' })).toEqual({ limit: 100 });
    for (const limit of ['0', '101', '-1', '1.5', 'x', '', '1e2']) {
      expect(Object.keys(refusals(() => parseListQuery({ limit })))).toEqual(['limit']);
    }
  });
});

describe('parse', () => {
  it('throws nothing but a problem, whatever the value', () => {
    const schemas = [dispatchSchema, recipientSchema, answerSchema];
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true }),
        fc.constantFrom(...schemas),
        (value, schema) => void refusals(() => parse(schema, value)),
      ),
    );
  });

  it('throws nothing but a problem for what nearly fits', () => {
    const any = fc.oneof(fc.anything(), fc.string({ unit: 'binary' }), fc.constantFrom('sms', 'HIGH', null, -1, NaN));
    const keys = [
      'id',
      'title',
      'description',
      'priority',
      'service',
      'team',
      'triggeredAt',
      'url',
      'phone',
      'timezone',
      'language',
      'name',
    ];
    const near = fc.dictionary(fc.constantFrom(...keys), any);
    fc.assert(
      fc.property(near, any, (object, value) => {
        refusals(() => parse(dispatchSchema, { incident: { ...incident, ...object }, recipientId: value }));
        refusals(() => parse(recipientSchema, { ...object, quietHours: object, preferences: [object, value] }));
      }),
    );
  });

  it('names each field once, with what is wrong first, and none that is right', () => {
    const errorsOf = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return error instanceof Problem
          ? error.errors?.map(({ path, message }) => `${path} ${message.slice(0, 12)}`)
          : error;
      }
    };
    expect(errorsOf(() => parse(recipientSchema, { name: 'A', timezone: 'x'.repeat(65) }))).toEqual([
      'timezone must have at',
    ]);
    const window = { services: ['a'], startsAt: 'tomorrow', endsAt: '2026-11-22T10:00:00Z' };
    expect(errorsOf(() => parse(maintenanceWindowSchema, window))).toEqual(['startsAt must be a ti']);
    const over = { ...window, startsAt: '2026-11-22T10:00:00Z' };
    expect(errorsOf(() => parse(maintenanceWindowSchema, over))).toEqual(['endsAt must be afte']);
  });

  it('names at most 20 errors, and cuts long names, so that the answer stays small', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}${'x'.repeat(1000)}`, 1]));
    const named = refusals(() => parse(answerSchema, many));
    expect(Object.keys(named)).toHaveLength(20);
    expect(JSON.stringify(named).length).toBeLessThan(4096);
  });
});
