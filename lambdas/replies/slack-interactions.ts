import * as z from 'zod';
import { cut, oneLine } from '../core/content/text.ts';
import type { Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import type { SlackContent } from '../core/providers/ports.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import { readActionToken } from '../core/replies/action-token.ts';
import type { Answerer } from '../core/replies/answerer.ts';
import type { ActionKeys } from '../core/replies/ports.ts';
import type { Form, Handler } from '../http/http.ts';
import { invalid } from '../http/problem.ts';
import { parse } from '../http/validation.ts';
import type { SlackReply } from '../providers/slack/slack-respond.ts';
import type { Log } from '../runtime/logger.ts';
import type { AnswerPage } from '../use-cases/answer-page.ts';
import { type SlackSigned, slackForm } from './slack-signed.ts';

interface Deps extends SlackSigned {
  pages: PageStore;
  recipients: RecipientStore;
  answerPage: AnswerPage;
  keys: ActionKeys;
  /** What stands in the place of a page that was answered: who has it. */
  answered: (page: Page) => SlackContent | Promise<SlackContent>;
  /** Puts a reply in the message's place; false when it could not. */
  respond: (responseUrl: string | undefined, reply: SlackReply) => Promise<boolean>;
  logger: Pick<Log, 'error' | 'warn'>;
}

const interactionSchema = z.object({ type: z.string() });

/** What we read of a click, https://docs.slack.dev/reference/interaction-payloads/block_actions-payload. */
const clickSchema = z.object({
  user: z.object({ id: z.string().min(1), name: z.string().optional(), username: z.string().optional() }),
  response_url: z.string().optional(),
  actions: z
    .array(z.object({ action_id: z.string(), value: z.string().optional(), url: z.string().optional() }))
    .min(1),
});
type Click = z.output<typeof clickSchema>;

const ACTIONS = { ack: 'acknowledge', resolve: 'resolve' } as const;

/**
 * POST /webhooks/slack/interactions: a button in a message of ours. The signature first, then the page that the button's
 * token names. Whoever clicks has it, also when the message was somebody else's; a later click changes nothing and shows
 * who was first. The reply goes to the response URL, and in the answer too: Slack reads only the former.
 */
export function createSlackInteractions(deps: Deps): Handler {
  const { pages, answerPage, keys, answered, respond, clock, logger } = deps;

  return async (request) => {
    const click = readClick(await slackForm(request, deps));
    const pressed = click && buttonOf(click);
    if (!click || !pressed) return { status: 200, body: {} };

    const reply = await answer(click, pressed.action, pressed.token);
    if (!(await respond(click.response_url, reply))) logger.warn('the Slack message could not be replaced');
    return { status: 200, body: reply };
  };

  async function answer(click: Click, action: 'acknowledge' | 'resolve', token: string): Promise<SlackReply> {
    const { current, previous } = await keys();
    const read = readActionToken(token, previous ? [current, previous] : [current], clock.now());
    if (read.result === 'expired') return note('This button is older than seven days and does nothing any more.');
    const page = read.result === 'good' ? await pages.get(read.pageId, { consistent: true }) : undefined;
    if (!page) return note('This button does not belong to a page that Lifeline knows. Nothing was changed.');

    const by = await clicker(click, page);
    const done = await answerPage(page.id, action, by, read.result === 'good' && read.all ? 'message' : 'page');
    return { replace_original: true, ...(await answered(done?.page ?? page)) };
  }

  /**
   * The page's own recipient under the name we have; anybody else under theirs in Slack. Who of them is a recipient too
   * need not be told what they have done.
   */
  async function clicker({ user }: Click, page: Page): Promise<Answerer> {
    const at = clock.now();
    const details = { via: 'slack', slackUserId: user.id };
    const person = await deps.recipients.get(page.recipientId);
    if (person?.slackUserId === user.id) {
      const answer = { at, by: person.name, via: 'slack' } as const;
      return { answer, recipientId: person.id, actor: `recipient/${person.id}`, details };
    }
    const [known] = await deps.recipients.bySlackUser(user.id);
    const name = cut(oneLine(user.name || user.username || ''), 80) || user.id;
    const answer = { at, by: name, via: 'slack' } as const;
    return { answer, ...(known && { recipientId: known.id }), actor: `slack/${user.id}`, details };
  }
}

const note = (text: string): SlackReply => ({ response_type: 'ephemeral', replace_original: false, text });

/**
 * The button of ours that was pressed. Links are buttons too, without a value, and other buttons are none of ours:
 * undefined. Throws 400 for a button of ours that lacks its token.
 */
function buttonOf({ actions }: Click): { action: 'acknowledge' | 'resolve'; token: string } | undefined {
  for (const [at, { action_id: id, value, url }] of actions.entries()) {
    if ((id !== 'ack' && id !== 'resolve') || (!value && url !== undefined)) continue;
    if (!value) throw invalid({ path: `payload.actions.${at}.value`, message: 'is required' });
    return { action: ACTIONS[id], token: value };
  }
  return undefined;
}

/** Undefined for interactions that are no clicks. Throws 400 for what is no interaction, or a click that lacks something. */
function readClick({ payload }: Form): Click | undefined {
  let json: unknown;
  try {
    json = JSON.parse(typeof payload === 'string' ? payload : '');
  } catch {
    throw invalid({ path: 'payload', message: 'must be JSON' });
  }
  const { type } = parse(interactionSchema, json, 'payload');
  return type === 'block_actions' ? parse(clickSchema, json, 'payload') : undefined;
}
