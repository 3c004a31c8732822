import {
  slackAlready,
  slackChoice,
  slackDone,
  slackHelp,
  slackList,
  slackNothingOpen,
  slackUnknownUser,
} from '../core/content/slack-replies.ts';
import type { AnswerAction } from '../core/page/answer.ts';
import type { Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import type { Answerer } from '../core/replies/answerer.ts';
import type { Answerable } from '../core/replies/decide.ts';
import {
  decideSlackAnswer,
  openIncidents,
  parseSlackCommand,
  type SlackCommand,
} from '../core/replies/slack-command.ts';
import { FIXED } from '../core/rules.ts';
import type { Handler } from '../http/http.ts';
import { invalid } from '../http/problem.ts';
import { fromSlackText } from '../providers/slack/slack-text.ts';
import type { AnswerIncidents } from '../use-cases/answer-incidents.ts';
import { type SlackSigned, slackForm } from './slack-signed.ts';

interface Deps extends SlackSigned {
  pages: PageStore;
  recipients: RecipientStore;
  answerIncidents: AnswerIncidents;
}

/** A person's pages are looked through to this depth: more open ones than that are answered in two goes. */
const MOST_PAGES = 100;

/**
 * POST /webhooks/slack/commands: `/oncall ack [code|incident|all]`, `/oncall resolve …`, `/oncall list`. The signature
 * first. It acts on pages of the recipients whose Slack user asks, and answers in the request, to that person alone.
 */
export function createSlackCommands(deps: Deps): Handler {
  const { pages, recipients, answerIncidents, clock } = deps;
  const pagesOf = ({ id }: Recipient, now: number): Promise<Page[]> =>
    // As long as their buttons and links work.
    pages.list({ by: { recipientId: id }, since: now - FIXED.actionLifetime, until: now, limit: MOST_PAGES });

  return async (request) => {
    const form = await slackForm(request, deps);
    // Slack looks now and then whether the certificate is good, and wants nothing else.
    if (form.ssl_check === '1') return { status: 200, body: {} };
    const { user_id: userId, command: called, text = '' } = form;
    if (typeof userId !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(userId)) {
      throw invalid({ path: 'user_id', message: 'is not the id of a user' });
    }
    const name = typeof called === 'string' && /^\/[\w-]{1,40}$/.test(called) ? called : '/oncall';
    if (typeof text !== 'string') throw invalid({ path: 'text', message: 'must be given once' });
    const command = parseSlackCommand(fromSlackText(text));
    return { status: 200, body: { response_type: 'ephemeral', text: await replyTo(command, name, userId) } };
  };

  async function replyTo(command: SlackCommand, name: string, userId: string): Promise<string> {
    const people = await recipients.bySlackUser(userId);
    if (people.length === 0) return slackUnknownUser(userId);
    if (command.kind === 'help') return slackHelp(name);
    const now = clock.now();
    const theirs = await Promise.all(people.map((person) => pagesOf(person, now)));
    const known = theirs.flat();
    if (command.kind === 'list') return slackList(openIncidents(known, now), now);

    const { action, words } = command;
    const decision = decideSlackAnswer(known, command, now);
    switch (decision.do) {
      case 'answer':
        return act(decision.incidents, action, people, userId);
      case 'already':
        return slackAlready(decision.page, now);
      case 'list':
        return slackChoice(decision.incidents, action, name, decision.unknown);
      case 'nothing-open':
        return slackNothingOpen(decision.latest, now);
      case 'nonsense':
        return decision.incidents.length > 0 ? slackChoice(decision.incidents, action, name, words) : slackHelp(name);
    }
  }

  async function act(incidents: Answerable[], action: AnswerAction, people: Recipient[], userId: string) {
    const at = clock.now();
    const { mine, others } = await answerIncidents(incidents, action, (page) => answererOf(page, at, people, userId));
    const lines = [...mine.map((page) => slackDone(action, page)), ...others.map((page) => slackAlready(page, at))];
    return lines.join('\n') || slackNothingOpen(undefined, at);
  }
}

/** The recipient of the page, where this Slack user is theirs; else whoever else has the Slack user. */
function answererOf(page: Page, at: number, people: readonly Recipient[], userId: string): Answerer {
  const person = people.find(({ id }) => id === page.recipientId) ?? people[0];
  return {
    answer: { at, by: person?.name ?? userId, via: 'slack' },
    ...(person && { recipientId: person.id }),
    actor: person ? `recipient/${person.id}` : `slack/${userId}`,
    details: { via: 'slack', slackUserId: userId },
  };
}
