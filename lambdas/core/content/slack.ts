import { asksForAnswer } from '../page/kind.ts';
import { type Page, PRIORITIES } from '../page/page.ts';
import type { SlackContent } from '../providers/ports.ts';
import { isOneOf } from '../versions.ts';
import {
  type Bundle,
  bundleAsks,
  countLine,
  fitting,
  type Headline,
  type Item,
  inOrder,
  itemOf,
  LISTED,
  listed,
  priorityOf,
  summaryLine,
} from './bundle.ts';
import {
  ageText,
  answeredBy,
  answerOf,
  type ContentOptions,
  factsOf,
  headlineOf,
  idOf,
  type Links,
  noticesOf,
  triggeredAt,
  whenText,
} from './page-words.ts';
import * as block from './slack-blocks.ts';
import { cut, manyLines, oneLine, webUrl } from './text.ts';
import { say, type Wording } from './wording.ts';

/** Action tokens (docs/spec/replies.md#actions). */
export interface Tokens {
  acknowledge: string;
  resolve: string;
}
export interface SlackOptions extends ContentOptions {
  /** What the buttons bring back. */
  tokens?: Tokens | undefined;
  /**
   * What the text alone links to, and where there are no tokens: what the buttons open, which works without Slack's
   * calls reaching us.
   */
  links?: Links | undefined;
}

/** Colour and shape both differ, for readers who see no colours. */
const MARKS = { CRITICAL: '🔴', HIGH: '🟠', MEDIUM: '🟡', LOW: '🔵' } as const;
function markOf({ type, incident, test }: Page): string {
  if (test) return '🧪';
  if (type === 'resolution') return '✅';
  if (type === 'acknowledgment') return '👀';
  // A priority of a newer version has no colour here; who has its page is shown all the same (ADR 18).
  return isOneOf(PRIORITIES, incident.priority) ? MARKS[incident.priority] : '⚪';
}

/** A page as a direct message. */
export function slackMessage(page: Page, options: SlackOptions): SlackContent {
  const notices = noticesOf(page, options);
  const content = block.message(textOf(page), [...body(page, options, notices), ...buttons(page, options)]);
  return withLink(content, linkOf(page, options));
}

/** The one post of an incident to its team's channel; `name` is whom the page goes to. */
export function slackTeamPost(page: Page, options: SlackOptions & { name?: string }): SlackContent {
  const name = cut(oneLine(options.name ?? ''), 80);
  const paged = asksForAnswer(page) && name !== '' ? [say(options.wording, 'teamPaged', { name })] : [];
  const notices = [...noticesOf(page, options), ...paged];
  const content = block.message(textOf(page), [...body(page, options, notices), ...buttons(page, options)]);
  return withLink(content, linkOf(page, options));
}

/**
 * What a message becomes once somebody has answered: who and since when, and a Resolve button while the incident is
 * only acknowledged; without a token there is none. `now` in epoch ms, for the notification, which is read at once.
 */
export function slackAnswered(
  page: Page,
  options: ContentOptions & { now: number; tokens?: Pick<Tokens, 'resolve'> | undefined },
): SlackContent {
  const { wording, timezone, now, tokens } = options;
  const [answer, by] = [answerOf(page), answeredBy(page, wording)];
  const since = answer ? block.slackDate(answer.at, whenText(answer.at, wording, timezone)) : '';
  const news = answer ? `${by}, ${ageText(answer.at, wording, now)}. ` : '';
  const isOpen = page.acknowledged && !page.resolved;
  return block.message(`${news}${textOf(page)}`, [
    block.header(`${page.resolved ? '✅' : '👀'} ${headlineOf(page)}`),
    ...(answer ? [block.section(`*${block.escapeMrkdwn(by)}*  ${since}`)] : []),
    factFields(page, options),
    ...row(isOpen ? pressable('resolve', say(wording, 'resolve'), tokens?.resolve) : []),
  ]);
}

/** Several pages in one message, with one pair of buttons for all of them. */
export function slackBundle(bundle: Bundle, options: SlackOptions & { headline?: Headline }): SlackContent {
  const { wording, tokens, links, timezone, late, headline } = options;
  const items = inOrder(bundle).map(itemOf);
  const lateWords = late === undefined ? '' : lateLine(late, wording, timezone);
  const buttons = bundleAsks(bundle)
    ? [
        ...pressable('ack', say(wording, 'acknowledgeAll'), tokens?.acknowledge, links),
        ...pressable('resolve', say(wording, 'resolveAll'), tokens?.resolve, links),
      ]
    : [];
  const layoutOf = (count: number, linked: number): SlackContent => {
    const [shown, more] = listed(items, count, wording);
    const foot = [more, lateWords].filter((line) => line !== '');
    return block.message(summaryLine(bundle, wording, 300, headline), [
      block.header(`${MARKS[priorityOf(bundle)]} ${countLine(bundle, wording, headline)}`),
      ...shown.map((item, i) => itemSection(item, options, i < linked)),
      ...(foot.length === 0 ? [] : [block.context(foot.map(block.escapeMrkdwn).join(' · '))]),
      ...row(buttons),
    ]);
  };
  const link = bundleAsks(bundle) ? linkTo(links?.acknowledge, say(wording, 'acknowledgeAll')) : undefined;
  return withLink(fitting(Math.min(items.length, LISTED), layoutOf, block.fitsSlack), link);
}

/** What such a message becomes once all of it is answered: who has it, and what it was about. */
export function slackBundleAnswered(bundle: Bundle, answered: Page, options: ContentOptions): SlackContent {
  const { wording, timezone } = options;
  const items = inOrder(bundle).map(itemOf);
  const [answer, by] = [answerOf(answered), answeredBy(answered, wording)];
  const since = answer ? block.slackDate(answer.at, whenText(answer.at, wording, timezone)) : '';
  const layoutOf = (count: number, linked: number): SlackContent => {
    const [shown, more] = listed(items, count, wording);
    return block.message(`${by}. ${summaryLine(bundle, wording, 300)}`, [
      block.header(`${answered.resolved ? '✅' : '👀'} ${countLine(bundle, wording)}`),
      block.section(`*${block.escapeMrkdwn(by)}*  ${since}`),
      ...shown.map((item, i) => itemSection(item, options, i < linked)),
      ...(more === '' ? [] : [block.context(block.escapeMrkdwn(more))]),
    ]);
  };
  return fitting(Math.min(items.length, LISTED), layoutOf, block.fitsSlack);
}

function itemSection(
  { page, service, title, id }: Item,
  { wording, timezone }: ContentOptions,
  withLink: boolean,
): object {
  const since = block.slackDate(triggeredAt(page), whenText(triggeredAt(page), wording, timezone));
  const [name, what] = [block.escapeMrkdwn(service), block.escapeMrkdwn(cut(title, 150))];
  return block.section(
    `${markOf(page)} *${name}*: ${what}\n${withLink ? incidentMarkup(page, id) : block.escapeMrkdwn(id)} · ${since}`,
  );
}

const lateLine = (late: number, wording: Wording, timezone: string | undefined) =>
  say(wording, 'late', { time: whenText(late, wording, timezone) });

const textOf = (page: Page): string => `${headlineOf(page)} (${idOf(page)})`;

function body(page: Page, options: ContentOptions, notices: readonly string[]): object[] {
  const description = manyLines(page.incident.description ?? '');
  return [
    block.header(`${markOf(page)} ${headlineOf(page)}`),
    factFields(page, options),
    ...(description === '' ? [] : [block.paragraph(description)]),
    ...(notices.length === 0 ? [] : [block.context(notices.map(block.escapeMrkdwn).join('\n'))]),
  ];
}

function buttons(page: Page, { tokens, links, wording }: SlackOptions): object[] {
  if (!asksForAnswer(page) || page.resolved) return [];
  const ack = page.acknowledged ? [] : pressable('ack', say(wording, 'acknowledge'), tokens?.acknowledge, links);
  return row([...ack, ...pressable('resolve', say(wording, 'resolve'), tokens?.resolve, links)]);
}

/**
 * The way back of a page whose buttons Slack refuses: the action page while somebody has to answer, then the incident.
 */
function linkOf(page: Page, { links, wording }: SlackOptions): string | undefined {
  const asks = asksForAnswer(page) && !page.resolved;
  const action = page.acknowledged ? 'resolve' : 'acknowledge';
  const way = asks ? linkTo(links?.[action], say(wording, action)) : undefined;
  return way ?? linkTo(page.incident.url, say(wording, 'details'));
}

function linkTo(url: string | undefined, label: string): string | undefined {
  const target = webUrl(url);
  return target === undefined || !block.isLinkable(target) ? undefined : block.slackLink(target, label);
}

const withLink = (content: SlackContent, link: string | undefined): SlackContent =>
  link === undefined ? content : { ...content, link };

function pressable(action: 'ack' | 'resolve', label: string, token: string | undefined, links: Links = {}): object[] {
  if (token !== undefined) return [block.button(action, label, token)];
  const url = webUrl(action === 'ack' ? links.acknowledge : links.resolve);
  return url === undefined ? [] : [block.linkButton(action, label, url)];
}
const row = (elements: readonly object[]): object[] => (elements.length === 0 ? [] : [block.actions(...elements)]);

const factFields = (page: Page, options: ContentOptions) =>
  block.fields(
    factsOf(page, options).map(({ label, value, url, at }) => {
      if (at !== undefined) return block.labelled(label, block.slackDate(at, value));
      return block.labelled(label, url === undefined ? block.escapeMrkdwn(value) : block.slackLink(url, value));
    }),
  );

function incidentMarkup(page: Page, id: string): string {
  const url = webUrl(page.incident.url);
  return url === undefined ? block.escapeMrkdwn(id) : block.slackLink(url, id);
}
