import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../../lambdas/core/providers/ports.ts';
import { isLoopbackUrl, isTeamsWebhook } from '../../../lambdas/core/recipient/teams-url.ts';
import { createHttp, type Http, HttpFailure, type HttpRequest } from '../../../lambdas/providers/http.ts';
import { createTeams } from '../../../lambdas/providers/teams/teams.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';
import { serve } from './servers.ts';

const SIG = 'sUpErSeCrEt0123456789';
const PATH = `/workflows/0a1b/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${SIG}`;
const WEBHOOK = `https://prod-12.westus.logic.azure.com:443${PATH}`;
const CARD = { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text: 'hello' }] };
const request = { to: WEBHOOK, ref: 'ref-1', card: CARD };

const RUN = '08584123456789CU00';
const answers =
  (status: number, body = '', headers = {}): Http =>
  async () => ({ status, headers, body });
const teams = (http: Http, more = {}) => createTeams({ timeoutMs: 200, http, ...more });
const fault = (result: SendResult): Fault => {
  if (result.outcome !== 'failed') throw new Error(`expected a fault, got ${JSON.stringify(result)}`);
  return result.fault;
};
/** Takes what would have been sent. */
function recorder() {
  const seen: HttpRequest[] = [];
  const http: Http = async (one) => {
    seen.push(one);
    return { status: 202, headers: {}, body: '' };
  };
  return { seen, http };
}
const refusal = (code: string) => JSON.stringify({ error: { code, message: `for ${WEBHOOK}` } });

describe('only webhooks of workflows are called', () => {
  it.each([
    [WEBHOOK],
    ['https://prod-1.westeurope.logic.azure.com/workflows/x?sig=y'],
    ['https://default0a1b.c2.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/x?sig=y'],
  ])('%s is one', (url) => {
    expect(isTeamsWebhook(url)).toBe(true);
  });

  it.each([
    ['http://prod-1.westus.logic.azure.com/x'],
    ['https://prod-1.westus.logic.azure.com:8443/x'],
    ['https://user@prod-1.westus.logic.azure.com/x'],
    ['https://:secret@prod-1.westus.logic.azure.com/x'],
    ['https://logic.azure.com/x'],
    ['https://.logic.azure.com/x'],
    ['https://evil-logic.azure.com/x'],
    ['https://prod-1.westus.logic.azure.com.evil.example/x'],
    ['https://evil.example/prod-1.westus.logic.azure.com'],
    ['https://evil.example#.logic.azure.com'],
    ['https://evil.example\\.logic.azure.com'],
    ['https://contoso.webhook.office.com/webhookb2/x'],
    ['https://169.254.169.254/latest/meta-data'],
    ['http://127.0.0.1:9001/2018-06-01/runtime/invocation/next'],
    ['file:///etc/passwd'],
    ['logic.azure.com'],
    [''],
  ])('%s is not: nothing is sent, and that is the end of it', async (url) => {
    expect(isTeamsWebhook(url)).toBe(false);
    const { seen, http } = recorder();
    const { class: faultClass, counts, code } = fault(await teams(http).send({ ...request, to: url }));
    expect([faultClass, counts, code, seen]).toEqual(['recipient_permanent', false, 'webhook_refused', []]);
  });

  it('a loopback URL is called only when a base URL was given, and then as it is', async () => {
    const to = 'http://127.0.0.1:3000/simulators/teams/alice';
    expect([isLoopbackUrl(to), isLoopbackUrl('https://localhost/x'), isLoopbackUrl('http://[::1]:1/x')]).toEqual(
      Array(3).fill(true),
    );
    expect(['http://127.0.0.1.evil.example/x', 'ftp://localhost/x', 'x'].some(isLoopbackUrl)).toBe(false);
    const { seen, http } = recorder();
    await teams(http, { apiUrl: 'http://127.0.0.1:3000/simulators/teams' }).send({ ...request, to });
    expect(seen.map(({ url }) => url)).toEqual([to]);
  });

  it('a base URL takes the place of the workflow’s host, and no other host is let through by it', async () => {
    const { seen, http } = recorder();
    const local = teams(http, { apiUrl: 'http://127.0.0.1:3000/simulators/teams/' });
    await local.send(request);
    expect(seen.map(({ url }) => url)).toEqual([`http://127.0.0.1:3000/simulators/teams${PATH}`]);
    expect(fault(await local.send({ ...request, to: 'https://evil.example/x' }))).toMatchObject({
      code: 'webhook_refused',
    });
    expect(seen).toHaveLength(1);
  });
});

describe('an accepted card', () => {
  it('goes out once as the only attachment of a message', async () => {
    const { seen, http } = recorder();
    await teams(http).send(request);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: WEBHOOK, timeoutMs: 200 });
    expect(seen[0]?.headers['Content-Type']).toBe('application/json');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: CARD }],
    });
  });

  it('an accepted card is known by the workflow’s run, or else by our reference; nothing more is ever heard of it', async () => {
    const header = { 'x-ms-workflow-run-id': RUN };
    expect(await teams(answers(202, '', header)).send(request)).toEqual({
      outcome: 'accepted',
      providerId: `teams:${RUN}`,
      providerStatus: 'accepted',
    });
    expect(await teams(answers(202)).send(request)).toMatchObject({ providerId: 'teams:ref-1' });
    expect(teams(answers(202))).toMatchObject({ name: 'teams', receipts: 'none' });
  });

  it('a workflow with an answer of its own is believed by its run id, a page that says 200 is not', async () => {
    const own = answers(200, '{"ok":true}', { 'x-ms-workflow-run-id': RUN });
    expect(await teams(own).send(request)).toMatchObject({ outcome: 'accepted', providerId: `teams:${RUN}` });
    const html = answers(200, '<!doctype html><title>Welcome</title>');
    expect(fault(await teams(html).send(request))).toMatchObject({ class: 'ambiguous', code: 'garbage' });
  });

  it('above 28 KB is not sent, since Teams would take it and never post it; its text is sent alone, with the links', async () => {
    const { seen, http } = recorder();
    const actions = [{ type: 'Action.OpenUrl', title: 'Acknowledge', url: 'https://x.example/api/actions/a' }];
    const more = { fallbackText: '20 incidents', actions };
    const card = (text: string) => ({ ...request, card: { ...CARD, ...more, body: [{ type: 'TextBlock', text }] } });
    expect(await teams(http).send(card('é'.repeat(14_000)))).toMatchObject({ outcome: 'accepted' });
    expect(await teams(http).send(card('é'.repeat(13_700)))).toMatchObject({ outcome: 'accepted' });
    const [alone, whole] = seen.map(({ body }) => JSON.parse(body ?? '').attachments[0].content);
    expect(alone).toMatchObject({ fallbackText: '20 incidents', actions });
    expect(JSON.stringify(alone.body)).toContain('20 incidents');
    expect(JSON.stringify(alone.body)).not.toContain('é');
    expect(whole.body[0].text).toHaveLength(13_700);
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['RequestEntityTooLarge', 413, refusal('RequestEntityTooLarge')],
    ['a bare 413', 413, ''],
  ])('refused with %s is sent once more as text, and that alone', async (_, status, body) => {
    const { seen, http } = recorder();
    /** Takes the requests behind the first `count`. */
    const refusing =
      (count: number): Http =>
      async (one) => {
        const taken = await http(one);
        return seen.length <= count ? { status, headers: {}, body } : taken;
      };
    expect(await teams(refusing(1)).send(request)).toMatchObject({ outcome: 'accepted' });
    expect(seen).toHaveLength(2);
    expect(fault(await teams(refusing(9)).send(request))).toMatchObject({ class: 'our_bug' });
    expect(seen).toHaveLength(4);
  });
});

describe('what is wrong with one recipient’s webhook never counts toward the circuit', () => {
  it.each([
    [404, '', 'http_404'],
    [410, '', 'http_410'],
    [401, '', 'http_401'],
    [403, '<html>', 'http_403'],
    [404, refusal('WorkflowNotFound'), 'WorkflowNotFound'],
    [400, refusal('WorkflowTriggerIsNotEnabled'), 'WorkflowTriggerIsNotEnabled'],
    [401, refusal('DirectApiAuthorizationRequired'), 'DirectApiAuthorizationRequired'],
    [302, '', 'http_302'],
    [405, '', 'http_405'],
  ])('%i %s', async (status, body, code) => {
    expect(fault(await teams(answers(status, body)).send(request))).toMatchObject({
      class: 'recipient_permanent',
      code,
      failsOver: false,
      counts: false,
      opens: false,
    });
  });

  it('a host that does not resolve is tried again, and does not count either', async () => {
    const http: Http = async () => Promise.reject(new HttpFailure('ENOTFOUND', false));
    expect(fault(await teams(http).send(request))).toMatchObject({
      class: 'transient',
      code: 'enotfound',
      counts: false,
    });
  });
});

describe('a workflow that is called too often', () => {
  it.each([
    [429, ''],
    [429, refusal('TooManyRequests')],
    [429, refusal('WorkflowRunThrottled')],
  ])('(%i %s) is one recipient’s, waits as long as asked, and is no word on Teams', async (status, body) => {
    const throttled = fault(await teams(answers(status, body, { 'retry-after': '17' })).send(request));
    expect(throttled).toMatchObject({ class: 'transient', counts: false, opens: false, retryAfter: 17_000 });
  });
});

describe('what is wrong with Teams counts, what is wrong with us does not', () => {
  it.each([
    [500, '', { class: 'transient', counts: true }],
    [503, '<html>', { class: 'transient', code: 'http_503', counts: true }],
    [502, refusal('NoResponse'), { class: 'transient', code: 'NoResponse', counts: true }],
    [408, '', { class: 'transient', counts: true }],
    [400, '', { class: 'our_bug', counts: false }],
    [400, refusal('InvalidRequestContent'), { class: 'our_bug', code: 'InvalidRequestContent' }],
    [413, '', { class: 'our_bug', counts: false }],
  ])('%i %s', async (status, body, expected) => {
    expect(fault(await teams(answers(status, body)).send(request))).toMatchObject(expected);
  });

  it('a server that never answers is ambiguous within the deadline; one that is not there was not asked', async () => {
    const over = async (apiUrl: string, timeoutMs = FAR_MS) =>
      fault(await createTeams({ timeoutMs, apiUrl }).send(request));
    const start = performance.now();
    expect(await over(await serve(() => undefined), IN_VAIN_MS)).toMatchObject({ class: 'ambiguous', code: 'timeout' });
    expect(performance.now() - start).toBeLessThan(FAR_MS);
    expect(await over('http://127.0.0.1:1')).toMatchObject({ class: 'provider_fault', counts: true });
    expect(await over(await serve((req) => void req.socket.destroy()))).toMatchObject({ code: 'econnreset' });
  });

  it('the deadline of the send holds over that of the HTTP layer', async () => {
    const apiUrl = await serve(() => undefined);
    const http = createHttp({ timeoutMs: 30_000 });
    expect(fault(await teams(http, { apiUrl, timeoutMs: IN_VAIN_MS }).send(request))).toMatchObject({
      code: 'timeout',
    });
  });
});

describe('a send never throws and never tells', () => {
  it('the signature of the webhook stands in no result', async () => {
    const broken: Http = async () => Promise.reject(new TypeError(WEBHOOK));
    const results = [];
    for (const status of [200, 202, 302, 400, 401, 404, 413, 429, 500]) {
      results.push(await teams(answers(status, refusal(SIG), { 'x-ms-workflow-run-id': WEBHOOK })).send(request));
      results.push(await teams(answers(status, WEBHOOK)).send(request));
    }
    results.push(await teams(broken).send(request), await teams(broken).send({ ...request, to: `x${WEBHOOK}` }));
    expect(JSON.stringify(results)).not.toContain(SIG);
  });
});
