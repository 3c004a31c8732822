/** One file because the handler is one chain, tested link by link. */
import {
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  ThrottlingException,
} from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OfNewerVersion } from '../../../lambdas/core/versions.ts';
import { apiHandler } from '../../../lambdas/http/api-handler.ts';
import type { ApiRequest, Handler } from '../../../lambdas/http/http.ts';
import { Problem } from '../../../lambdas/http/problem.ts';
import { dispatchSchema } from '../../../lambdas/http/schemas/dispatch.ts';
import { recipientSchema } from '../../../lambdas/http/schemas/recipient.ts';
import { parse } from '../../../lambdas/http/validation.ts';
import { METRICS } from '../../../lambdas/runtime/metric-names.ts';
import { apiEvent, callApi, callWith } from '../../support/api-event.ts';
import { recordedTelemetry } from '../../support/telemetry.ts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

function serving(handler: Handler = async () => ({ status: 200, body: {} })) {
  const seen: ApiRequest[] = [];
  const telemetry = recordedTelemetry();
  const spy: Handler = async (request) => {
    seen.push(request);
    return handler(request);
  };
  const lambda = apiHandler(
    {
      dispatchNotification: spy,
      getNotification: spy,
      listRecipients: spy,
      putRecipient: spy,
      acknowledgeIncident: spy,
      getHealth: spy,
      receiveTwilioSmsStatus: spy,
    },
    telemetry,
  );
  return { lambda, seen, ...telemetry };
}

describe('routing', () => {
  it('gives the handler what the request says, decoded once', async () => {
    const { lambda, seen } = serving();
    const answer = await callApi(lambda, 'acknowledgeIncident', {
      params: { incidentId: 'grp/INC 1 %25' },
      headers: { 'X-Custom': 'a' },
      body: { by: 'Alice' },
      caller: { clientId: 'c', subject: 's', name: 'Alice', scopes: 'lifeline/send' },
    });
    expect(answer.status).toBe(200);
    expect(seen[0]).toMatchObject({
      operation: 'acknowledgeIncident',
      params: { incidentId: 'grp/INC 1 %25' },
      headers: { 'x-custom': 'a', 'content-type': 'application/json' },
      body: { by: 'Alice' },
      rawBody: '{"by":"Alice"}',
      caller: { clientId: 'c', subject: 's', name: 'Alice', scopes: ['lifeline/send'], sourceIp: '192.0.2.1' },
    });
  });

  it('answers 404 for a path or method that is not served', async () => {
    const { lambda } = serving();
    for (const change of [{ path: '/nothing' }, { httpMethod: 'PATCH' }, { path: '/notifications/a/b/c' }]) {
      const answer = await callWith(lambda, { ...apiEvent('dispatchNotification'), ...change });
      expect(answer.status).toBe(404);
      expect(answer.body.type).toBe('urn:lifeline:problem:route-not-found');
    }
  });

  it('refuses what cannot be an id before a handler or a store sees it', async () => {
    const { lambda, seen } = serving();
    for (const id of ['%', '%c3%28', '%00', 'a'.repeat(65), 'a%20b']) {
      const event = { ...apiEvent('getNotification'), path: `/notifications/${id}`, pathParameters: { id } };
      const answer = await callWith(lambda, event);
      expect(answer.status).toBe(400);
      expect(answer.body.errors[0].path).toBe('id');
    }
    expect(seen).toHaveLength(0);
  });

  it('refuses a query parameter that is given twice', async () => {
    const event = apiEvent('listRecipients', { query: { limit: '2' } });
    event.multiValueQueryStringParameters = { limit: ['1', '2'] };
    expect(await callWith(serving().lambda, event)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'limit' }] },
    });
  });
});

describe('authorization', () => {
  it('refuses a token without the scope and names the scope', async () => {
    const { lambda, seen } = serving();
    const answer = await callApi(lambda, 'dispatchNotification', { body: {}, caller: { scopes: 'lifeline/read' } });
    expect(answer).toMatchObject({ status: 403, body: { type: 'urn:lifeline:problem:missing-scope' } });
    expect(answer.body.detail).toContain('lifeline/send');
    expect(seen).toHaveLength(0);
  });

  it('takes either of two alternative scopes', async () => {
    const { lambda } = serving();
    for (const [scopes, status] of [
      ['lifeline/read', 200],
      ['lifeline/recipients', 200],
      ['lifeline/send', 403],
      ['', 403],
    ] as const) {
      expect((await callApi(lambda, 'listRecipients', { caller: { scopes } })).status).toBe(status);
    }
  });

  it('lets nobody in when a route was deployed without its authorizer', async () => {
    const answer = await callApi(serving().lambda, 'dispatchNotification', { body: {}, caller: null });
    expect(answer).toMatchObject({ status: 401, body: { type: 'urn:lifeline:problem:unauthorized' } });
  });

  it('checks the scope before it reads the body', async () => {
    const answer = await callApi(serving().lambda, 'dispatchNotification', { rawBody: '{', caller: { scopes: '' } });
    expect(answer.status).toBe(403);
  });

  it('needs no token for health and webhooks', async () => {
    const { lambda, seen } = serving();
    expect((await callApi(lambda, 'getHealth', { caller: null })).status).toBe(200);
    expect(seen[0]?.caller).toEqual({ clientId: 'anonymous', subject: 'anonymous', scopes: [], sourceIp: '192.0.2.1' });
  });
});

describe('bodies', () => {
  it('reads base64 as the gateway may send it', async () => {
    const { lambda, seen } = serving();
    await callApi(lambda, 'dispatchNotification', { body: { a: 'é' }, base64: true });
    expect(seen[0]?.body).toEqual({ a: 'é' });
  });

  it('takes 32768 bytes and refuses one more, counting bytes and not characters', async () => {
    const { lambda } = serving();
    const sized = (bytes: number) => `"${'é'.repeat((bytes - 2) / 2)}"`;
    expect((await callApi(lambda, 'dispatchNotification', { rawBody: sized(32_768) })).status).toBe(200);
    const answer = await callApi(lambda, 'dispatchNotification', { rawBody: sized(32_770) });
    expect(answer).toMatchObject({ status: 413, body: { type: 'urn:lifeline:problem:body-too-large' } });
  });

  it('takes JSON with or without a content type and nothing else', async () => {
    const { lambda } = serving();
    const status = async (type?: string) =>
      (await callApi(lambda, 'dispatchNotification', { rawBody: '{}', headers: type ? { 'content-TYPE': type } : {} }))
        .status;
    expect(await status()).toBe(200);
    expect(await status('Application/JSON; charset="UTF-8"')).toBe(200);
    expect(await status('application/x-www-form-urlencoded')).toBe(415);
    expect(await status('application/json; charset=utf-16')).toBe(415);
    expect(await status('text/plain')).toBe(415);
  });

  it('answers 400 for what is not JSON or not UTF-8, without quoting it', async () => {
    const { lambda } = serving();
    const answer = await callApi(lambda, 'dispatchNotification', { rawBody: '{"secret": ' });
    expect(answer).toMatchObject({ status: 400, body: { type: 'urn:lifeline:problem:invalid-json' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    const broken = { ...apiEvent('dispatchNotification'), body: Buffer.from([0x22, 0xff, 0x22]).toString('base64') };
    expect((await callWith(lambda, { ...broken, isBase64Encoded: true })).status).toBe(400);
  });

  it('gives webhooks the form as sent, repeated parameters as lists, and takes up to 1 MB', async () => {
    const { lambda, seen } = serving(async () => ({ status: 204 }));
    const rawBody = 'MessageSid=SM1&To=%2B1415&Media=a&Media=b&__proto__=x&Empty=';
    const params = { ref: 'r-1' };
    const answer = await callApi(lambda, 'receiveTwilioSmsStatus', {
      params,
      rawBody,
      headers: FORM,
      caller: null,
      base64: true,
    });
    expect(answer).toMatchObject({ status: 204, body: undefined });
    expect(seen[0]).toMatchObject({ rawBody, params });
    expect(Object.entries(seen[0]?.body as object)).toEqual([
      ['MessageSid', 'SM1'],
      ['To', '+1415'],
      ['Media', ['a', 'b']],
      ['__proto__', 'x'],
      ['Empty', ''],
    ]);
    const big = (bytes: number) =>
      callApi(lambda, 'receiveTwilioSmsStatus', { params, rawBody: 'a'.repeat(bytes), headers: FORM });
    expect((await big(1024 * 1024)).status).toBe(204);
    expect((await big(1024 * 1024 + 1)).status).toBe(413);
  });
});

describe('answers', () => {
  it('are JSON that nobody caches or sniffs', async () => {
    const handler = async () => ({ status: 202, body: { a: 1 }, headers: { 'Idempotency-Replayed': 'true' } });
    const answer = await callApi(serving(handler).lambda, 'dispatchNotification', { body: {} });
    expect(answer).toMatchObject({
      status: 202,
      body: { a: 1 },
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'Idempotency-Replayed': 'true',
      },
    });
  });

  it('may be a page or TwiML, as it is and with the same security headers', async () => {
    const text = '<p>ü & "x"</p>';
    const { lambda } = serving(async () => ({
      status: 410,
      content: { type: 'text/html', text },
      headers: { Vary: 'Accept' },
    }));
    const answer = await callApi(lambda, 'getHealth', { caller: null });
    expect(answer).toMatchObject({
      status: 410,
      body: text,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        Vary: 'Accept',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      },
    });
  });

  it('say what a problem is, with the same security headers', async () => {
    const { lambda, counted, lines } = serving(async () => {
      throw new Problem('no-usable-channel', {
        detail: 'No.',
        channels: [{ channel: 'sms', reason: 'no-contact', message: 'No phone.' }],
        headers: { 'Retry-After': '3' },
      });
    });
    const answer = await callApi(lambda, 'dispatchNotification', { body: {} });
    expect(answer.body).toEqual({
      type: 'urn:lifeline:problem:no-usable-channel',
      title: 'No usable channel',
      status: 422,
      detail: 'No.',
      instance: 'urn:lifeline:request:test-request',
      channels: [{ channel: 'sms', reason: 'no-contact', message: 'No phone.' }],
    });
    expect(answer.headers).toMatchObject({
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'Retry-After': '3',
    });
    expect(counted).toEqual([]);
    expect(lines.every(({ level }) => level !== 'error')).toBe(true);
  });

  it('tell nothing of an unexpected error, which is logged and counted', async () => {
    const { lambda, lines, counted } = serving(async () => {
      throw new TypeError('secret inside');
    });
    const answer = await callApi(lambda, 'getHealth');
    expect(answer).toMatchObject({ status: 500, body: { type: 'urn:lifeline:problem:internal' } });
    expect(JSON.stringify(answer)).not.toMatch(/secret|TypeError|at /);
    expect(lines).toMatchObject([{ level: 'error', extra: [{ error: { message: 'secret inside' } }] }]);
    expect(counted).toEqual([METRICS.internalError]);
  });

  it('call a dependency that fails unavailable, with the time to come back', async () => {
    for (const error of [
      Object.assign(new Error('x'), { $fault: 'server', $metadata: {} }),
      Object.assign(new Error('x'), {
        name: 'ThrottlingException',
        $fault: 'client',
        $retryable: { throttling: true },
      }),
      // As DynamoDB's client throws them: the client's fault, and no mark that they may be repeated.
      new ProvisionedThroughputExceededException({ message: 'x', $metadata: {} }),
      new ThrottlingException({ message: 'x', $metadata: {} }),
      new RequestLimitExceeded({ message: 'x', $metadata: {} }),
      Object.assign(new Error('x'), { name: 'TimeoutError' }),
      Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
    ]) {
      const { lambda } = serving(async () => {
        throw error;
      });
      const answer = await callApi(lambda, 'getHealth');
      expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
    }
  });

  it('call a row of a newer version unavailable, until that version has been deployed', async () => {
    const { lambda, counted } = serving(async () => {
      throw new OfNewerVersion('channel "fax" of a page');
    });
    const answer = await callApi(lambda, 'getHealth');
    expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '60' } });
    expect(JSON.stringify(answer)).not.toContain('fax');
    expect(counted).toEqual([]);
  });

  it('come in time when a handler does not', async () => {
    const { lambda } = serving(() => new Promise(() => {}));
    const result = await lambda(apiEvent('getHealth'), { getRemainingTimeInMillis: () => 260 } as never);
    expect(result.statusCode).toBe(504);
  });
});

describe('the method HEAD', () => {
  const handlers: [string, Handler, number][] = [
    ['an answer', async () => ({ status: 200, body: { a: 1 }, headers: { ETag: '"3"' } }), 200],
    ['a page', async () => ({ status: 200, content: { type: 'text/html', text: '<p>' } }), 200],
    ['a health that is down', async () => ({ status: 503, body: { status: 'down' } }), 503],
    [
      'a problem',
      async () => {
        throw new Problem('notification-not-found', { detail: 'No.', headers: { 'Retry-After': '1' } });
      },
      404,
    ],
    [
      'a bug',
      async () => {
        throw new TypeError('secret inside');
      },
      500,
    ],
  ];

  it.each(handlers)('HEAD answers %s as GET does, without the body', async (_, handler, status) => {
    const { lambda, seen } = serving(handler);
    const params = { id: 'pg_aaaaaaaaaaaaaaaa' };
    const got = await callApi(lambda, 'getNotification', { params });
    const head = await callApi(lambda, 'getNotification', { params, method: 'HEAD' });
    expect([got.status, head.status, head.body]).toEqual([status, status, undefined]);
    expect(head.headers).toEqual(got.headers);
    expect(seen[1]).toEqual(seen[0]);
  });

  it('HEAD needs the token and the scope that GET needs, and says so without a body', async () => {
    const { lambda, seen } = serving();
    const anonymous = await callApi(lambda, 'listRecipients', { method: 'HEAD', caller: null });
    const sender = await callApi(lambda, 'listRecipients', { method: 'HEAD', caller: { scopes: 'lifeline/send' } });
    expect([anonymous.status, anonymous.body, sender.status, sender.body]).toEqual([401, undefined, 403, undefined]);
    expect(seen).toEqual([]);
  });

  it('a method that a route does not serve gets 404 where the gateway lets it through, HEAD on a route without GET too', async () => {
    const { lambda, seen } = serving();
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      expect((await callApi(lambda, 'getHealth', { method })).status).toBe(404);
    }
    for (const operation of ['dispatchNotification', 'acknowledgeIncident', 'receiveTwilioSmsStatus'] as const) {
      const params = { incidentId: 'INC-1', ref: 'r-1' };
      expect(await callApi(lambda, operation, { method: 'HEAD', params })).toMatchObject({
        status: 404,
        body: undefined,
      });
    }
    expect(seen).toEqual([]);
  });
});

describe('a reader who names versions in If-None-Match', () => {
  const { lambda } = serving(async () => ({ status: 200, body: { a: 1 }, headers: { ETag: '"3"' } }));
  const read = (tags: string, method: 'GET' | 'HEAD' | 'PUT') =>
    method === 'PUT'
      ? callApi(lambda, 'putRecipient', { params: { id: 'a' }, body: {}, headers: { 'If-None-Match': tags } })
      : callApi(lambda, 'getNotification', { params: { id: 'a' }, method, headers: { 'If-None-Match': tags } });

  it.each(['"3"', 'W/"3"', '"1", "3"', '*'])(
    'a reader with If-None-Match: %s gets 304 with the ETag and no body, by GET and by HEAD',
    async (tags) => {
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await read(tags, method);
        expect([answer.status, answer.headers.ETag, answer.body]).toEqual([304, '"3"', undefined]);
        expect(answer.headers['Cache-Control']).toBe('no-store');
      }
    },
  );

  it.each(['"2"', '3', '""', ''])('a reader with If-None-Match: %s gets the whole answer', async (tags) => {
    expect(await read(tags, 'GET')).toMatchObject({ status: 200, body: { a: 1 } });
  });

  it('a writer gets no 304, since the handler decides about If-None-Match', async () => {
    expect((await read('"3"', 'PUT')).status).toBe(200);
  });
});

describe('whatever is sent', () => {
  const { lambda } = serving(async ({ operation, body }) => {
    if (operation === 'putRecipient') parse(recipientSchema, body);
    if (operation === 'dispatchNotification') parse(dispatchSchema, body);
    return { status: 200 };
  });

  it('no JSON ever makes a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json(),
        fc.constantFrom('dispatchNotification', 'putRecipient'),
        async (rawBody, operation) => {
          const answer = await callApi(lambda, operation as 'putRecipient', { params: { id: 'a' }, rawBody });
          expect(answer.status).toBeLessThan(500);
        },
      ),
    );
  });

  it('no text, header or path ever makes a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        async (rawBody, header, id, isBase64Encoded) => {
          const event = apiEvent('putRecipient', { rawBody, headers: { 'Content-Type': header, [header]: id } });
          const given = {
            ...event,
            isBase64Encoded,
            path: '/recipients/x',
            pathParameters: { id },
            queryStringParameters: { [id]: id },
          };
          expect((await callWith(lambda, given)).status).toBeLessThan(500);
        },
      ),
    );
  });
});
