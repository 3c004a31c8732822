/** From the button in the simulated Slack through our handlers, and back into the message. */
import { expect, it } from 'vitest';
import { slackWebhooks } from '../../lambdas/composition/slack.ts';
import { slackMessage } from '../../lambdas/core/content/slack.ts';
import { wordingFor } from '../../lambdas/core/content/wording.ts';
import { signActionToken } from '../../lambdas/core/replies/action-token.ts';
import { apiHandler } from '../../lambdas/http/api-handler.ts';
import { createHttp } from '../../lambdas/providers/http.ts';
import { createSlack } from '../../lambdas/providers/slack/slack.ts';
import { createSlackRespond } from '../../lambdas/providers/slack/slack-respond.ts';
import { callApi } from '../support/api-event.ts';
import { FAR_MS } from '../support/deadlines.ts';
import { memoryAudit, memoryPages, memoryRecipients } from '../support/memory-ports.ts';
import { somePage } from '../support/pages.ts';
import { recordedTelemetry } from '../support/telemetry.ts';
import { NO_GROUPS } from '../support/world/ports.ts';
import { type Callback, runSimulators, SLACK_APP } from './simulator.ts';

const KEY = 'key-of-tests';

async function everything() {
  const [pages, recipients, audit] = [memoryPages(), memoryRecipients(), memoryAudit()];
  const telemetry = recordedTelemetry();
  const clock = { now: Date.now };
  const answerQueue = { send: async () => {} };
  const keys = async () => ({ current: KEY });
  let handler: ReturnType<typeof apiHandler> | undefined;
  const running = await runSimulators({
    async slackWebhook({ path, headers, form }: Callback): Promise<[number, string]> {
      if (!handler) throw new Error('too early');
      const operation = path.endsWith('/commands') ? 'receiveSlackCommand' : 'receiveSlackInteraction';
      const rawBody = new URLSearchParams(form).toString();
      const event = { caller: null, rawBody, headers: headers as Record<string, string> };
      const { status, body } = await callApi(handler, operation, event);
      return [status, JSON.stringify(body)];
    },
  });
  const apiUrl = `${running.origin}/simulators/slack`;
  const deps = {
    pages,
    recipients,
    clock,
    keys,
    logger: telemetry.logger,
    signingSecret: async () => SLACK_APP.signingSecret,
    groups: NO_GROUPS,
    answerQueue,
    audit,
    respond: createSlackRespond({ http: createHttp({ timeoutMs: FAR_MS }), apiUrl }),
  };
  handler = apiHandler(slackWebhooks(deps, { overrides: {} }), telemetry);
  const page = somePage({ createdAt: Date.now() });
  await pages.create(page);
  const tokens = {
    acknowledge: signActionToken(page.id, 'acknowledge', KEY, Date.now()),
    resolve: signActionToken(page.id, 'resolve', KEY, Date.now()),
  };
  const slack = createSlack({ credentials: async () => SLACK_APP, apiUrl, timeoutMs: FAR_MS });
  const content = slackMessage(page, { wording: wordingFor('en'), tokens });
  const sent = await slack.send({ to: 'UALICE', ref: 'r', ...content });
  if (sent.outcome !== 'accepted') throw new Error(sent.fault.code);
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  const post = async (path: string, body: object): Promise<any> =>
    (await fetch(`${apiUrl}/${path}`, { method: 'POST', body: JSON.stringify(body) })).json();
  const click = (user: string, actionId: string) =>
    post(`${user}/click`, { messageId: sent.providerId, actionId, name: user.slice(1).toLowerCase() });
  const actionsOf = (item: { blocks: { elements?: { action_id?: string }[] }[] }) =>
    item.blocks.flatMap(({ elements = [] }) => elements.map(({ action_id }) => action_id)).filter(Boolean);
  return { pages, recipients, click, post, actionsOf };
}

it('a page is sent, acknowledged and resolved in Slack, and its message always says how it stands', async () => {
  const { pages, click, actionsOf } = await everything();
  const acknowledged = await click('UBOB', 'ack');
  expect(acknowledged).toMatchObject({ status: 200, item: { text: expect.stringContaining('bob') } });
  expect(actionsOf(acknowledged.item)).toEqual(['resolve']);
  const resolved = await click('UBOB', 'resolve');
  expect(actionsOf(resolved.item)).toEqual([]);
  expect(pages.all()[0]).toMatchObject({
    acknowledged: { by: 'bob', via: 'slack' },
    resolved: { by: 'bob', via: 'slack' },
  });
});

it('one of two who click at once has the page, and the message names that one', async () => {
  const { pages, click } = await everything();
  const both = await Promise.all([click('UBOB', 'ack'), click('UCAROL', 'ack')]);
  const winner = pages.all()[0]?.acknowledged?.by ?? '';
  expect(['bob', 'carol']).toContain(winner);
  for (const { status, answer } of both) {
    expect(status).toBe(200);
    expect(answer.text).toContain(winner);
  }
});

it('/oncall with the id of an incident that has & and < in it takes that incident on, as Slack hands it over', async () => {
  const { pages, recipients, post } = await everything();
  const person = { id: 'usr_alice', name: 'Alice', slackUserId: 'UALICE', phoneVerified: false, smsSuppressed: false };
  await recipients.put({ ...person, preferences: [], version: 1, updatedAt: 0 }, 0);
  const incident = { ...somePage().incident, id: 'R&D<12>' };
  await pages.create(somePage({ id: 'pg_bbbbbbbbbbbbbbbb', incident, createdAt: Date.now() }));
  expect((await post('UALICE/command', { text: 'ack R&D<12>' })).answer.text).toContain('acknowledged');
  expect((await pages.get('pg_bbbbbbbbbbbbbbbb'))?.acknowledged).toMatchObject({ by: 'Alice' });
});

it('/oncall is answered to people whose Slack user a recipient has', async () => {
  const { recipients, post } = await everything();
  const person = { id: 'usr_alice', name: 'Alice', slackUserId: 'UALICE', phoneVerified: false, smsSuppressed: false };
  await recipients.put({ ...person, preferences: [], version: 1, updatedAt: 0 }, 0);
  expect((await post('UALICE/command', { text: 'list' })).answer.text).toContain('INC-1');
  expect((await post('UALICE/command', { text: 'ack' })).answer.text).toContain('*INC-1* acknowledged');
  expect((await post('UALICE/command', { text: 'list' })).answer.text).toContain('Alice has it');
});
