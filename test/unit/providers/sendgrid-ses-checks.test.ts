/** What a health check makes of each answer the e-mail providers can give. */
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../lambdas/core/health/ports.ts';
import { createSendGridCheck } from '../../../lambdas/providers/email/sendgrid-check.ts';
import { createSesCheck } from '../../../lambdas/providers/email/ses-check.ts';
import type { Http } from '../../../lambdas/providers/http.ts';
import { API_KEY, runMail, sesClient, setMode } from '../../contract/email-simulator.ts';
import { FAR_MS, IN_VAIN_MS } from '../../support/deadlines.ts';

/** `ok`, `unknown`, or what fails and whether it opens the circuit. */
const said = (result: CheckResult) =>
  result.finding === 'failing' ? [result.fault.code, result.fault.opens ? 'opens' : 'leaves it'] : result.finding;

describe('SendGrid', () => {
  const credentials = async () => ({ apiKey: API_KEY });

  it.each([
    ['ok', 'ok'],
    ['silent', 'ok'],
    ['undelivered', 'ok'],
    ['suspended', ['http_403', 'opens']],
    ['unauthorized', ['http_401', 'opens']],
    ['down', ['http_503', 'leaves it']],
    ['rate-limited', ['http_429', 'leaves it']],
    ['garbage', ['garbage', 'leaves it']],
    ['reset', ['econnreset', 'leaves it']],
    ['hang', ['timeout', 'leaves it']],
  ])('in mode %s', async (mode, finding) => {
    const running = await runMail();
    await setMode(running, 'sendgrid', { mode });
    const apiUrl = `${running.origin}/simulators/sendgrid`;
    const { check } = createSendGridCheck({ credentials, apiUrl, timeoutMs: mode === 'hang' ? IN_VAIN_MS : FAR_MS });
    expect(said(await check())).toEqual(finding);
  });

  it('opens for a key that may not send or cannot be right; a check that cannot be made says nothing', async () => {
    const limited: Http = async () => ({ status: 200, headers: {}, body: '{"scopes":["stats.read"]}' });
    const check = (http: Http, key: () => Promise<{ apiKey: string }>) =>
      createSendGridCheck({ credentials: key, timeoutMs: 1, http }).check();
    expect(said(await check(limited, credentials))).toEqual(['scope_missing', 'opens']);
    expect(said(await check(limited, async () => ({ apiKey: '' })))).toEqual(['credentials_invalid', 'opens']);
    expect(said(await check(limited, () => Promise.reject(new Error('no secret'))))).toBe('unknown');
    expect(said(await check(() => Promise.reject(new TypeError('bug')), credentials))).toBe('unknown');
  });
});

describe('SES', () => {
  it.each([
    ['ok', 'ok'],
    ['suspended', ['account_shutdown', 'opens']],
    ['unauthorized', ['UnrecognizedClient', 'opens']],
    ['down', ['http_503', 'leaves it']],
    ['rate-limited', 'unknown'],
    ['garbage', ['garbage', 'leaves it']],
  ])('in mode %s', async (mode, finding) => {
    const running = await runMail();
    await setMode(running, 'ses', { mode });
    const client = sesClient(`${running.origin}/simulators/ses`);
    expect(said(await createSesCheck({ client, timeoutMs: FAR_MS }).check())).toEqual(finding);
  });

  const answering = (account: object) =>
    createSesCheck({ client: { send: async () => account } as never, timeoutMs: 1 }).check();

  it('opens when sending is paused, not on probation; and is unknown without credentials or permission to ask', async () => {
    expect(said(await answering({ SendingEnabled: false, EnforcementStatus: 'HEALTHY' }))).toEqual([
      'sending_paused',
      'opens',
    ]);
    expect(said(await answering({ SendingEnabled: true, EnforcementStatus: 'PROBATION' }))).toBe('ok');
    const refusing = (error: object) =>
      createSesCheck({ client: { send: () => Promise.reject(error) } as never, timeoutMs: 1 }).check();
    expect(said(await refusing({ name: 'CredentialsProviderError' }))).toBe('unknown');
    const denied = { name: 'AccessDeniedException', $fault: 'client', $response: { statusCode: 403 } };
    expect(said(await refusing(denied))).toBe('unknown');
  });
});
