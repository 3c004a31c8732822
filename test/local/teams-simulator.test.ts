import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { teamsCard } from '../../lambdas/core/content/teams.ts';
import { wordingFor } from '../../lambdas/core/content/wording.ts';
import { createTeams } from '../../lambdas/providers/teams/teams.ts';
import { TEAMS_PAGE } from '../../local/simulators/teams/page.ts';
import { type Running, runSimulators } from '../contract/simulator.ts';
import { FAR_MS, IN_VAIN_MS } from '../support/deadlines.ts';
import { somePage } from '../support/pages.ts';

const WEBHOOK =
  'https://default0a1b.c2.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/0a1b/triggers/manual/paths/invoke?sig=s3cret';
const card = { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'TextBlock', text: 'call +1 415 555 0100' }] };
const urlOf = ({ origin }: Running) => `${origin}/simulators/teams`;
const setMode = (running: Running, mode: object) =>
  fetch(urlOf(running), { method: 'PUT', body: JSON.stringify(mode) });
const send = (running: Running, to = WEBHOOK, timeoutMs = FAR_MS) =>
  createTeams({ timeoutMs, apiUrl: urlOf(running) }).send({ to, ref: 'r', card });
const shown = async (running: Running) => (await (await fetch(urlOf(running))).json()) as { items: object[] };

/** The texts that a page's script puts on the screen for these items. */
async function drawn(page: string, items: object[]): Promise<string[]> {
  const texts: string[] = [];
  const node = (): object => ({ append: () => undefined, replaceChildren: () => undefined });
  const document = {
    getElementById: node,
    createElement: () => ({
      ...node(),
      set textContent(text: string) {
        texts.push(text);
      },
    }),
  };
  const fetched = async () => ({ json: async () => ({ items }) });
  const [, script = ''] = /<script>(.*?)<\/script>/s.exec(page) ?? [];
  new Function('document', 'fetch', 'location', 'setTimeout', script)(document, fetched, { pathname: '/' }, () => 0);
  await new Promise((settled) => setImmediate(settled));
  return texts;
}

describe('each mode makes the outcome it is there for', () => {
  it.each([
    ['down', 'transient', 'http_503'],
    ['reset', 'ambiguous', 'econnreset'],
    ['unauthorized', 'recipient_permanent', 'DirectApiAuthorizationRequired'],
    ['suspended', 'recipient_permanent', 'WorkflowTriggerIsNotEnabled'],
    ['rate-limited', 'transient', 'TooManyRequests'],
  ])('%s: %s, and nothing is posted', async (mode, faultClass, code) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    expect(await send(running)).toMatchObject({ fault: { class: faultClass, code } });
    expect(await shown(running)).toEqual({ mode, items: [] });
  });

  it.each([
    ['hang', 'timeout'],
    ['garbage', 'garbage'],
  ])('%s: ambiguous, although the card is posted', async (mode, code) => {
    const running = await runSimulators();
    await setMode(running, { mode });
    const result = await send(running, WEBHOOK, mode === 'hang' ? IN_VAIN_MS : undefined);
    expect(result).toMatchObject({ fault: { class: 'ambiguous', code } });
    expect((await shown(running)).items).toHaveLength(1);
  });

  it.each(['ok', 'slow', 'silent'])('%s: accepted and posted', async (mode) => {
    const running = await runSimulators();
    await setMode(running, { mode, ...(mode === 'slow' && { latencyMs: 50 }) });
    expect(await send(running)).toMatchObject({ outcome: 'accepted' });
    expect((await shown(running)).items).toMatchObject([{ card }]);
  });

  it('undelivered: accepted, and the workflow fails', async () => {
    const running = await runSimulators();
    await setMode(running, { mode: 'undelivered' });
    expect(await send(running)).toMatchObject({ outcome: 'accepted' });
    expect((await shown(running)).items).toMatchObject([{ problem: 'the workflow failed' }]);
  });

  it('an error code with ok: the call fails with it; one that the service does not have is refused', async () => {
    const running = await runSimulators();
    expect((await setMode(running, { errorCode: 'Teleported' })).status).toBe(400);
    await setMode(running, { errorCode: 'WorkflowNotFound' });
    expect(await send(running)).toMatchObject({ fault: { class: 'recipient_permanent', code: 'WorkflowNotFound' } });
  });
});

describe('a webhook', () => {
  it('a webhook of a workflow’s shape wants its signature; one of this machine needs none', async () => {
    const running = await runSimulators();
    expect(await send(running, WEBHOOK.replace(/\?.*/, ''))).toMatchObject({ fault: { class: 'recipient_permanent' } });
    expect(await send(running, `${urlOf(running)}/alice`)).toMatchObject({ outcome: 'accepted' });
    expect((await shown(running)).items).toMatchObject([{ webhook: '/alice' }]);
  });

  it('takes JSON objects by POST and nothing else', async () => {
    const url = `${urlOf(await runSimulators())}/alice?sig=s`;
    expect((await fetch(url)).status).toBe(405);
    const refused = await fetch(url, { method: 'POST', body: 'hello' });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: 'InvalidRequestContent' } }]);
  });
});

describe('what came in', () => {
  it('what came in is a page for a browser, and JSON beside the mode for everybody else', async () => {
    const running = await runSimulators();
    const page = await fetch(urlOf(running), { headers: { Accept: 'text/html' } });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    for (const [, script = ''] of text.matchAll(/<script>(.*?)<\/script>/gs)) new Function(script);
    expect(await shown(running)).toEqual({ mode: 'ok', items: [] });
  });

  it('shows every word of a card, as it was written', async () => {
    const incident = {
      ...somePage().incident,
      title: 'Disk *full* on db_1',
      description: 'first line\nsecond line',
      team: { id: 't1', name: 'A*B <c>' },
    };
    const card = teamsCard(somePage({ incident }), {
      wording: wordingFor('en'),
      links: { acknowledge: 'https://example.com/ack' },
    });
    const words = await drawn(TEAMS_PAGE, [{ at: '2026-11-22T10:00:00Z', webhook: '/alice', card }]);
    for (const text of ['Critical incident · payments-api', incident.title, 'first line', 'second line', 'A*B <c>'])
      expect(words).toContain(text);
    expect(words).toContain('Acknowledge');
  });

  it('survives a restart, and is told in the output without signature and numbers', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'));
    const first = await runSimulators({ dataDir });
    await send(first);
    const before = await shown(first);
    expect(first.log).toHaveLength(1);
    expect(first.log.join()).not.toMatch(/s3cret|555 ?0100/);
    await first.stop();
    expect(await shown(await runSimulators({ dataDir }))).toEqual(before);
  });
});
