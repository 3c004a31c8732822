/** If-Match and If-None-Match on everything that has a PUT. */
import { describe, expect, test } from 'vitest';
import {
  createDeleteWindow,
  createGetWindow,
  createListWindows,
  createPutWindow,
} from '../../lambdas/api/maintenance-windows.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import { type Answer, callApi } from '../support/api-event.ts';
import { memoryReleases, memoryWindows } from '../support/memory-suppression.ts';
import { undocumented } from '../support/openapi.ts';
import { recordedTelemetry } from '../support/telemetry.ts';
import { createWorld } from '../support/world.ts';

type Headers = Record<string, string>;

/** A kind of record with a PUT, one of which does not exist yet. */
interface Records {
  put(headers: Headers): Promise<Answer>;
  get(headers: Headers, method?: string): Promise<Answer>;
  remove(headers: Headers): Promise<Answer>;
}

function recipients(): Records {
  const { call } = createWorld();
  const params = { id: 'usr_alice' };
  return {
    put: async (headers) =>
      checked('putRecipient', await call('putRecipient', { params, headers, body: { name: 'Alice' } })),
    get: async (headers, method = 'GET') =>
      checked('getRecipient', await call('getRecipient', { params, headers, method }), method),
    remove: async (headers) => checked('deleteRecipient', await call('deleteRecipient', { params, headers })),
  };
}

function windows(): Records {
  const { audit, now } = createWorld();
  const deps = { windows: memoryWindows(), releases: memoryReleases(), audit, clock: { now } };
  const api = apiHandler(
    {
      putMaintenanceWindow: createPutWindow(deps),
      getMaintenanceWindow: createGetWindow(deps),
      deleteMaintenanceWindow: createDeleteWindow(deps),
      listMaintenanceWindows: createListWindows(deps),
    },
    recordedTelemetry(),
  );
  const params = { id: 'w1' };
  const body = { services: ['db'], startsAt: '2026-11-22T03:00:00Z', endsAt: '2026-11-22T04:00:00Z' };
  const call = async (...args: [Parameters<typeof callApi>[1], Parameters<typeof callApi>[2]]) => {
    const { headers, ...answer } = await callApi(api, ...args);
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    return checked(args[0], { ...answer, headers: Object.fromEntries(lower) }, args[1]?.method);
  };
  return {
    put: (headers) => call('putMaintenanceWindow', { params, headers, body }),
    get: (headers, method = 'GET') => call('getMaintenanceWindow', { params, headers, method }),
    remove: (headers) => call('deleteMaintenanceWindow', { params, headers }),
  };
}

/** Every answer must be one that the OpenAPI file describes; one to HEAD is described but for its body. */
function checked(operation: Parameters<typeof undocumented>[0], answer: Answer, method?: string): Answer {
  if (method !== 'HEAD') expect(undocumented(operation, answer)).toEqual([]);
  return answer;
}

const STALE = '"7"';
const KINDS: [string, () => Records][] = [
  ['a recipient', recipients],
  ['a maintenance window', windows],
];

describe.each(KINDS)('PUT of %s', (name, open) => {
  test(`PUT of ${name} with If-None-Match: * makes the record where there is none, and is 412 where there is one`, async () => {
    const { put, get } = open();
    expect((await put({ 'If-None-Match': '*' })).status).toBe(201);
    const before = (await get({})).headers.etag;
    const second = await put({ 'If-None-Match': '*' });
    expect([second.status, second.body.type]).toEqual([412, 'urn:lifeline:problem:precondition-failed']);
    expect(second.body.detail).toContain('If-None-Match');
    expect((await get({})).headers.etag).toBe(before);
  });

  test(`PUT of ${name} with If-None-Match: * by two at once makes the record once`, async () => {
    const { put } = open();
    const answers = await Promise.all([put({ 'If-None-Match': '*' }), put({ 'If-None-Match': '*' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412]);
  });

  test(`PUT of ${name} with If-None-Match and a version is 412 for that version alone`, async () => {
    const { put } = open();
    const { headers } = await put({});
    const etag = headers.etag ?? '';
    for (const tags of [etag, `W/${etag}`, `${STALE}, ${etag}`]) {
      expect([tags, (await put({ 'If-None-Match': tags })).status]).toEqual([tags, 412]);
    }
    expect((await put({ 'If-None-Match': STALE })).status).toBe(200);
  });

  test(`PUT of ${name} with If-Match: * replaces what there is, and is 412 where there is nothing`, async () => {
    const { put } = open();
    expect((await put({ 'If-Match': '*' })).status).toBe(412);
    await put({});
    expect((await put({ 'If-Match': '*' })).status).toBe(200);
  });

  test(`PUT of ${name} with both headers needs both to hold`, async () => {
    const { put } = open();
    expect((await put({ 'If-Match': '*', 'If-None-Match': '*' })).status).toBe(412);
    const { headers } = await put({});
    const etag = headers.etag ?? '';
    expect((await put({ 'If-Match': etag, 'If-None-Match': '*' })).status).toBe(412);
    expect((await put({ 'If-Match': STALE, 'If-None-Match': STALE })).status).toBe(412);
    expect((await put({ 'If-Match': etag, 'If-None-Match': STALE })).status).toBe(200);
  });
});

describe.each(KINDS)('a reader and a remover of %s', (name, open) => {
  test(`a reader who has this version of ${name} gets 304, by GET and by HEAD`, async () => {
    const { put, get } = open();
    const etag = (await put({})).headers.etag ?? '';
    for (const method of ['GET', 'HEAD']) {
      const known = await get({ 'If-None-Match': etag }, method);
      expect([known.status, known.headers.etag, known.body]).toEqual([304, etag, undefined]);
      expect((await get({ 'If-None-Match': STALE }, method)).status).toBe(200);
    }
    await put({});
    expect((await get({ 'If-None-Match': etag })).status).toBe(200);
  });

  test(`DELETE of ${name} heeds its preconditions`, async () => {
    const { put, get, remove } = open();
    const etag = (await put({})).headers.etag ?? '';
    for (const headers of [{ 'If-Match': STALE }, { 'If-None-Match': '*' }, { 'If-None-Match': etag }]) {
      expect([headers, (await remove(headers)).status]).toEqual([headers, 412]);
    }
    expect((await remove({ 'If-Match': etag })).status).toBe(204);
    expect((await get({})).status).toBe(404);
  });
});

describe('PUT of a pin', () => {
  const pin = (world: ReturnType<typeof createWorld>, mode: string, headers: Headers = {}) => {
    const params = { name: 'twilio', channel: 'sms' };
    return world.call('pinProvider', { params, headers, body: { mode, reason: mode } });
  };

  test('PUT of a pin with If-None-Match: * pins a circuit that automation has, and leaves the pin of somebody else alone', async () => {
    const world = createWorld();
    expect((await pin(world, 'open', { 'If-None-Match': '*' })).status).toBe(200);
    for (const mode of ['closed', 'auto']) {
      const answer = checked('pinProvider', await pin(world, mode, { 'If-None-Match': '*' }));
      expect([mode, answer.status]).toEqual([mode, 412]);
    }
    expect((await world.circuits.get('twilio/sms')).pin?.mode).toBe('open');
    expect((await pin(world, 'closed')).status).toBe(200);
    await pin(world, 'auto');
    expect((await pin(world, 'closed', { 'If-None-Match': '*' })).status).toBe(200);
  });

  test('PUT of a pin with If-Match: * changes a pin, and is 412 where there is none', async () => {
    const world = createWorld();
    expect((await pin(world, 'open', { 'If-Match': '*' })).status).toBe(412);
    await pin(world, 'open');
    expect((await pin(world, 'closed', { 'If-Match': '*' })).status).toBe(200);
  });
});
