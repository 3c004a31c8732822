/**
 * What we post is what a Workflows webhook takes and Teams can post: the envelope of "Create incoming webhooks with
 * Workflows", an Adaptive Card of at most 28 KB.
 */
import { describe, expect, it } from 'vitest';
import { createTeams } from '../../lambdas/providers/teams/teams.ts';
import { cardOf, parseEnvelope } from '../../local/simulators/teams/card.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { type Running, runSimulators } from './simulator.ts';

const WEBHOOK =
  'https://default0a1b.c2.environment.api.powerplatform.com/powerautomate/automations/direct/workflows/0a1b/triggers/manual/paths/invoke?sv=1.0&sig=s3cret';
const CARD = {
  type: 'AdaptiveCard',
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  version: '1.4',
  body: [
    { type: 'TextBlock', text: 'CRITICAL: High error rate', weight: 'Bolder', size: 'Large', color: 'Attention' },
    { type: 'FactSet', facts: [{ title: 'Service', value: 'payments-api' }] },
  ],
  actions: [
    { type: 'Action.OpenUrl', title: 'Acknowledge', url: 'https://x.example/api/actions/a' },
    { type: 'Action.OpenUrl', title: 'Resolve', url: 'https://x.example/api/actions/b' },
  ],
};
const posts = async ({ origin }: Running) =>
  ((await (await fetch(`${origin}/simulators/teams`)).json()) as { items: Record<string, unknown>[] }).items;
const send = (running: Running, card: object, to = WEBHOOK) =>
  createTeams({ timeoutMs: FAR_MS, apiUrl: `${running.origin}/simulators/teams` }).send({ to, ref: 'r', card });

describe('a card of ours', () => {
  it('a card of ours is posted as it is, under the run that our result names; the signature is shown nowhere', async () => {
    const running = await runSimulators();
    const result = await send(running, CARD);
    const [post, ...others] = await posts(running);
    expect(post).toEqual({
      id: expect.stringMatching(/^\d{20,}CU00$/),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      webhook: '/powerautomate/automations/direct/workflows/0a1b/triggers/manual/paths/invoke',
      card: CARD,
    });
    expect([result, others]).toMatchObject([{ outcome: 'accepted', providerId: `teams:${post?.id}` }, []]);
    expect(JSON.stringify([post, running.log])).not.toContain('s3cret');
  });

  it('as large as we send it is not too large for Teams', async () => {
    const running = await runSimulators();
    const body = [{ type: 'TextBlock', text: 'x'.repeat(27_000) }];
    expect(await send(running, { ...CARD, body })).toMatchObject({ outcome: 'accepted' });
    expect(await posts(running)).toMatchObject([{ card: { body } }]);
    expect((await posts(running))[0]).not.toHaveProperty('problem');
  });
});

describe('202 means accepted, not posted', () => {
  const element = (more: object) => ({ ...CARD, body: [more] });
  it.each([
    ['is no card', { type: 'MessageCard' }],
    ['has a version Teams does not know', { ...CARD, version: '1.6' }],
    ['has an element Teams does not know', element({ type: 'Blink', text: 'x' })],
    ['has a text without text', element({ type: 'TextBlock' })],
    ['has facts without values', element({ type: 'FactSet', facts: [{ title: 'Service' }] })],
    ['has one of these deeper down', element({ type: 'Container', items: [{ type: 'TextBlock' }] })],
    ['has one in a column', element({ type: 'ColumnSet', columns: [{ items: [{ type: 'TextBlock' }] }] })],
    ['has seven actions', { ...CARD, actions: Array(7).fill(CARD.actions[0]) }],
    ['has a link to a script', { ...CARD, actions: [{ ...CARD.actions[0], url: 'javascript:alert(1)' }] }],
  ])('a card that %s is taken, and listed with its problem', async (_, card) => {
    const running = await runSimulators();
    expect(await send(running, card)).toMatchObject({ outcome: 'accepted' });
    expect(await posts(running)).toMatchObject([{ problem: expect.any(String) }]);
  });

  it('the envelope matters as the card does', () => {
    const contentType = 'application/vnd.microsoft.card.adaptive';
    const attachment = { contentType, contentUrl: null, content: CARD };
    const problem = (envelope: object, bytes = 100) => cardOf({ type: 'message', ...envelope }, bytes).problem;
    expect(problem({ attachments: [attachment] })).toBeUndefined();
    expect(problem({ attachments: [attachment] }, 28_673)).toMatch(/28673 bytes/);
    for (const envelope of [
      {},
      { text: 'hello' },
      { attachments: [attachment, attachment] },
      { attachments: [{ ...attachment, contentType: 'application/json' }] },
      { type: 'text', attachments: [attachment] },
    ]) {
      expect(problem(envelope)).toBeDefined();
    }
    expect([parseEnvelope('[]'), parseEnvelope('no')]).toEqual([undefined, undefined]);
  });
});
