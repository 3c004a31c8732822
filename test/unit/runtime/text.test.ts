import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { Problem } from '../../../lambdas/http/problem.ts';
import { answerSchema } from '../../../lambdas/http/schemas/answer.ts';
import { parseAuditQuery } from '../../../lambdas/http/schemas/audit-query.ts';
import { dispatchSchema } from '../../../lambdas/http/schemas/dispatch.ts';
import { parseNotificationsQuery } from '../../../lambdas/http/schemas/list-query.ts';
import { maintenanceWindowSchema } from '../../../lambdas/http/schemas/maintenance-window.ts';
import { pinSchema } from '../../../lambdas/http/schemas/pin.ts';
import { planSchema } from '../../../lambdas/http/schemas/plan.ts';
import { localRecipientSchema, recipientSchema } from '../../../lambdas/http/schemas/recipient.ts';
import { isBlank } from '../../../lambdas/http/schemas/text.ts';
import { parse } from '../../../lambdas/http/validation.ts';

const INCIDENT = { id: 'INC-1', title: 'High error rate', priority: 'CRITICAL', service: 'payments-api' };
const WINDOW = { services: ['db'], startsAt: '2026-11-22T10:00:00Z', endsAt: '2026-11-22T11:00:00Z' };

/** Fields that a caller writes a text into, by the path that a refusal names. */
const FIELDS: Record<string, (text: string) => unknown> = {
  'incident.id': (id) => dispatch({ id }),
  'incident.title': (title) => dispatch({ title }),
  'incident.service': (service) => dispatch({ service }),
  'incident.url': (url) => dispatch({ url }),
  'incident.team.id': (id) => dispatch({ team: { id } }),
  'incident.team.name': (name) => dispatch({ team: { name } }),
  'incident.team.slackChannel': (slackChannel) => dispatch({ team: { slackChannel } }),
  recipientId: (recipientId) => parse(planSchema, { incident: INCIDENT, recipientId }),
  'escalateTo.0': (id) => parse(dispatchSchema, { incident: INCIDENT, recipientId: 'a', escalateTo: [id] }),
  by: (by) => parse(answerSchema, { by }),
  name: (name) => parse(recipientSchema, { name }),
  email: (email) => parse(recipientSchema, { name: 'A', email }),
  timezone: (timezone) => parse(recipientSchema, { name: 'A', timezone }),
  reason: (reason) => parse(pinSchema, { mode: 'open', reason }),
  'services.0': (service) => parse(maintenanceWindowSchema, { ...WINDOW, services: [service] }),
  'teams.0': (team) => parse(maintenanceWindowSchema, { ...WINDOW, teams: [team] }),
  incidentId: (incidentId) => parseNotificationsQuery({ incidentId }, 1e12),
  service: (service) => parseNotificationsQuery({ service }, 1e12),
  resource: (resource) => parseAuditQuery({ resource }, 1e12),
  actor: (actor) => parseAuditQuery({ actor }, 1e12),
};
const dispatch = (change: object) =>
  parse(dispatchSchema, { incident: { ...INCIDENT, ...change }, recipientId: 'usr_alice' });

function refusedPaths(run: () => unknown): string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 400) throw error;
    return (error.errors ?? []).map(({ path }) => path);
  }
}

const BLANKS: [string, string][] = [
  ['spaces of every width', ' \u00a0\u1680\u2003\u202f\u205f\u3000\u2028\u2029'],
  ['a zero-width space', '\u200b'],
  ['joiners and a word joiner', '\u200c\u200d\u2060'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['braille without dots', '\u2800'],
  ['a Hangul filler', '\u3164'],
  ['half-width and choseong fillers', '\uffa0\u115f\u1160'],
  ['bidirectional marks, embeddings and isolates', '\u200e\u200f\u202a\u202e\u202c\u2066\u2069\u061c'],
  ['variation selectors', '\ufe0f\ufe0e\u{e0100}'],
  ['tags', '\u{e0001}\u{e0041}\u{e007f}'],
  ['a combining grapheme joiner', '\u034f'],
  ['Khmer vowels that are not shown', '\u17b4\u17b5'],
  ['Mongolian separators', '\u180e\u180b'],
  ['invisible operators', '\u2061\u2062\u2063\u2064'],
  ['annotation marks', '\ufff9\ufffa\ufffb'],
  ['a notehead without a head', '\u{1d159}'],
  ['musical and shorthand format controls', '\u{1d173}\u{1bca0}'],
];

describe('a text that shows nothing', () => {
  it.each(BLANKS)('a text of nothing but %s is blank, and is refused with its field in every field', (_, blank) => {
    expect(isBlank(blank)).toBe(true);
    for (const [path, give] of Object.entries(FIELDS)) expect(refusedPaths(() => give(blank))).toEqual([path]);
  });

  it('a mixture of characters that show nothing is blank in every field', () => {
    const characters = fc.constantFrom(...BLANKS.flatMap(([, text]) => [...text]));
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 20 }), fc.constantFrom(...Object.keys(FIELDS)), (some, path) => {
        expect(refusedPaths(() => FIELDS[path]?.(some.join('')))).toEqual([path]);
      }),
    );
  });

  it.each(['a\u200bb', '👩‍👩‍👧', '™\ufe0f', '\u200fשלום\u200f', '⠼⠃\u2800', 'नमस्ते', '\u0301', '\ue000', '٣'])(
    '%j shows something, and passes as title, service and id',
    (text) => {
      expect(isBlank(text)).toBe(false);
      expect(refusedPaths(() => dispatch({ title: text, service: text, id: text }))).toEqual([]);
    },
  );
});

describe('what queues, tables and XML do not take', () => {
  const bad = ['a\uffff', 'a\ufffe', '\ud800', '\udc00x', 'a\u0000', 'a\u0007', 'a\u0085'];

  it.each(bad)('a text with %j is refused with its field in every field', (text) => {
    for (const [path, give] of Object.entries(FIELDS)) expect(refusedPaths(() => give(text))).toEqual([path]);
    expect(refusedPaths(() => dispatch({ description: text }))).toEqual(['incident.description']);
  });

  it.each(bad)('a URL with %j is refused with its field', (text) => {
    const teamsWebhookUrl = `https://prod-1.westus.logic.azure.com/workflows/${text}`;
    const local = `http://127.0.0.1:3000/simulators/teams/${text}`;
    expect(refusedPaths(() => dispatch({ url: `https://example.com/${text}` }))).toEqual(['incident.url']);
    const webhook = (schema: z.ZodType, url: string) =>
      refusedPaths(() => parse(schema, { name: 'A', teamsWebhookUrl: url }));
    expect(webhook(recipientSchema, teamsWebhookUrl)).toEqual(['teamsWebhookUrl']);
    expect(webhook(localRecipientSchema, local)).toEqual(['teamsWebhookUrl']);
  });

  it('a noncharacter that queues, tables and XML take passes', () => {
    expect(refusedPaths(() => dispatch({ title: 'a\ufdd0\u{1ffff}\u{10ffff}' }))).toEqual([]);
  });
});

describe('an identifier', () => {
  const DECOMPOSED: [string, string][] = [
    ['Cafe\u0301', 'Caf\u00e9'],
    ['\u212b-1', '\u00c5-1'],
    ['\u2126-ohm', '\u03a9-ohm'],
    ['\u1112\u1161\u11ab', '\ud55c'],
    ['Vie\u0302\u0323t', 'Vi\u1ec7t'],
  ];

  it.each(DECOMPOSED)(
    'the identifier %j comes out in NFC, in every field that others are compared with',
    (given, composed) => {
      const { incident } = dispatch({ id: given, service: given, team: { id: given } });
      expect([incident.id, incident.service, incident.team?.id]).toEqual([composed, composed, composed]);
      const query = parseNotificationsQuery({ incidentId: given, service: given }, 1e12);
      expect([query.incidentId, query.service]).toEqual([composed, composed]);
      expect(parseAuditQuery({ resource: `incident/${given}` }, 1e12).resource).toBe(`incident/${composed}`);
      const window = parse(maintenanceWindowSchema, { ...WINDOW, services: [given], teams: [given] });
      expect([window.services, window.teams]).toEqual([[composed], [composed]]);
    },
  );

  it('an identifier is as long as its NFC, whether that is shorter or longer than what was given', () => {
    expect(refusedPaths(() => dispatch({ id: 'e\u0301'.repeat(64) }))).toEqual([]);
    // A composition that Unicode excludes: NFC makes two characters of one.
    expect(refusedPaths(() => dispatch({ id: '\u0958'.repeat(33) }))).toEqual(['incident.id']);
  });

  it('a service named in two forms is named twice', () => {
    const services = ['Cafe\u0301', 'Caf\u00e9'];
    expect(refusedPaths(() => parse(maintenanceWindowSchema, { ...WINDOW, services }))).toEqual(['services']);
  });

  it('an identifier stays apart from one that only looks alike', () => {
    expect(dispatch({ id: '\u212aelvin' }).incident.id).toBe('Kelvin');
    expect(dispatch({ id: '\uff21' }).incident.id).toBe('\uff21');
  });
});
