import type { Answerable } from '../core/answers/decide.ts';
import {
  decideSlackAnswer,
  openIncidents,
  parseSlackCommand,
  type SlackCommand,
} from '../core/answers/slack-command.ts';
import {
  slackAlready,
  slackChoice,
  slackDone,
  slackHelp,
  slackList,
  slackNothingOpen,
  slackUnknownUser,
} from '../core/answers/slack-replies.ts';
import { answeredAction } from '../core/audit-actions.ts';
import type { AnswerAction } from '../core/page/answer.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { AuditLog, PageStore, RecipientStore } from '../core/ports.ts';
import type { Recipient } from '../core/recipient.ts';
import { FIXED } from '../core/rules.ts';
import type { createAnswerPage } from '../operations/answer-page.ts';
import type { Handler } from '../runtime/http.ts';
import { invalid } from '../runtime/problem.ts';
import { type SlackSigned, slackForm } from './slack-signed.ts';

interface Deps extends SlackSigned {
  pages: PageStore;
  recipients: RecipientStore;
  answerPage: ReturnType<typeof createAnswerPage>;
  audit: AuditLog;
}

/** A person's pages are looked through to this depth: more open ones than that are answered in two goes. */
const MOST_PAGES = 100;

/**
 * POST /webhooks/slack/commands: `/oncall ack [code|incident|all]`, `/oncall resolve …`, `/oncall list`. The signature
 * first. It acts on pages of the recipients whose Slack user asks, and answers in the request, to that person alone.
 */
export function createSlackCommands(deps: Deps): Handler {
  const { pages, recipients, answerPage, audit, clock } = deps;
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
    const command = parseSlackCommand(typeof text === 'string' ? text : '');
    return { status: 200, body: { response_type: 'ephemeral', text: await replyTo(command, name, userId) } };
  };

  async function replyTo(command: SlackCommand, name: string, userId: string): Promise<string> {
    const people = await recipients.bySlackUser(userId);
    if (people.length === 0) return slackUnknownUser(userId);
    if (command.kind === 'help') return slackHelp(name);
    const now = clock.now();
    const theirs = await Promise.all(people.map((person) => pagesOf(person, now)));
    const known = theirs.flat();
    if (command.kind === 'list') return slackList(openIncidents(known), now);

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
    const lines: string[] = [];
    for (const incident of incidents) {
      // One page answers the incident for all; those with a scope of their own are answered one by one.
      const forAll = incident.find(({ ackScope }) => ackScope === 'incident');
      const each = incident.filter((page) => page === forAll || page.ackScope === 'recipient');
      let first: Page | undefined;
      for (const page of each) {
        const now = await answerOne(page, action, at, people, userId);
        first ??= now;
      }
      if (!first) continue;
      const has = action === 'resolve' ? first.resolved : (first.acknowledged ?? first.resolved);
      // Somebody else was quicker, between the reading of the list and this.
      lines.push(has?.at === at && has.via === 'slack' ? slackDone(action, first) : slackAlready(first, at));
    }
    return lines.join('\n') || slackNothingOpen(undefined, at);
  }

  async function answerOne(page: Page, action: AnswerAction, at: number, people: Recipient[], userId: string) {
    const person = people.find(({ id }) => id === page.recipientId) ?? people[0];
    const by: Answer = { at, by: person?.name ?? userId, via: 'slack' };
    const done = await answerPage(page.id, action, by);
    const entry = {
      at,
      resource: `page/${page.id}`,
      action: answeredAction('page', action),
      actor: `recipient/${person?.id}`,
      details: { by: by.by, via: 'slack', slackUserId: userId },
    };
    if (done?.changed) await audit.record(entry);
    return done?.page;
  }
}
