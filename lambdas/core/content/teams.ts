import { asksForAnswer } from '../page/kind.ts';
import type { Page } from '../page/page.ts';
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
} from './bundle.ts';
import {
  type ContentOptions,
  factsOf,
  headlineOf,
  kindOf,
  type Links,
  noticesOf,
  serviceOf,
  titleOf,
  triggeredAt,
  whenText,
} from './page-words.ts';
import { cut, manyLines, webUrl } from './text.ts';
import { say, type Wording } from './wording.ts';

export interface TeamsOptions extends ContentOptions {
  links: Links;
}

/**
 * A message may take about 28 KB with its envelope (learn.microsoft.com, "Limits and specifications for Teams"). A UTF-16
 * unit is up to 3 bytes, and a line of the description 100 bytes beside its text.
 */
const DESCRIPTION_MAX = 3_000;
const DESCRIPTION_LINES = 40;
/** A shared card, without its envelope. */
const BUNDLE_MAX_BYTES = 26_000;
const UTF8 = new TextEncoder();
const fitsTeams = (card: object): boolean => UTF8.encode(JSON.stringify(card)).length <= BUNDLE_MAX_BYTES;
const STYLES = { CRITICAL: 'attention', HIGH: 'warning', MEDIUM: 'accent', LOW: 'accent' } as const;

/** A page as an Adaptive Card 1.4. Buttons open action pages: a webhook's card cannot call back. */
export function teamsCard(page: Page, options: TeamsOptions): object {
  const { wording, links } = options;
  const lines = cut(manyLines(page.incident.description ?? ''), DESCRIPTION_MAX).split('\n');
  const shown = lines.length > DESCRIPTION_LINES ? [...lines.slice(0, DESCRIPTION_LINES), '…'] : lines;
  const asks = asksForAnswer(page);
  return card(
    headlineOf(page),
    wording,
    [
      band(styleOf(page), `${kindOf(page, wording)} · ${serviceOf(page)}`, titleOf(page)),
      ...noticesOf(page, options).map(notice),
      {
        type: 'FactSet',
        facts: factsOf(page, options).map(({ label, value }) => ({
          title: escapeMarkdown(label),
          value: escapeMarkdown(value),
        })),
      },
      ...(lines[0] === '' ? [] : shown.map((line) => words(line, { spacing: 'small' }))),
    ],
    [
      ...(asks ? opens(say(wording, 'acknowledge'), links.acknowledge, 'positive') : []),
      ...(asks ? opens(say(wording, 'resolve'), links.resolve) : []),
      ...opens(say(wording, 'details'), page.incident.url),
    ],
  );
}

/** Several pages in one card, with one pair of buttons for all of them. */
export function teamsBundle(bundle: Bundle, options: TeamsOptions & { headline?: Headline }): object {
  const { wording, links, timezone, late, headline } = options;
  const items = inOrder(bundle).map(itemOf);
  const title = countLine(bundle, wording, headline);
  const asks = bundleAsks(bundle);
  const lateWords = late === undefined ? [] : [say(wording, 'late', { time: whenText(late, wording, timezone) })];
  const layoutOf = (count: number, linked: number): object => {
    const [shown, more] = listed(items, count, wording);
    return card(
      title,
      wording,
      [
        band(STYLES[priorityOf(bundle)], 'Lifeline', title),
        ...lateWords.map(notice),
        ...shown.map((item, i) => bundleItem(item, whenText(triggeredAt(item.page), wording, timezone), i < linked)),
        ...(more === '' ? [] : [words(more, { subtle: true })]),
      ],
      [
        ...(asks ? opens(say(wording, 'acknowledgeAll'), links.acknowledge, 'positive') : []),
        ...(asks ? opens(say(wording, 'resolveAll'), links.resolve) : []),
      ],
    );
  };
  return fitting(Math.min(items.length, LISTED), layoutOf, fitsTeams);
}

/** One incident of a shared card; a tap on it opens the incident where it is linked. */
function bundleItem({ page, tag, service, title, id }: Item, when: string, withLink: boolean): object {
  const url = withLink ? webUrl(page.incident.url) : undefined;
  return {
    type: 'Container',
    separator: true,
    ...(url !== undefined && { selectAction: { type: 'Action.OpenUrl', title: id, url } }),
    items: [
      words(`${tag} ${service}: ${title}`, { bold: true }),
      words(`${id} · ${when}`, { spacing: 'none', subtle: true }),
    ],
  };
}

/** What is sent instead of a card that Teams refuses for its size: the sentence of its notification, and its buttons. */
export function textAlone(refused: object): object {
  const { fallbackText, lang, actions } = refused as { fallbackText?: unknown; lang?: unknown; actions?: unknown };
  const text = typeof fallbackText === 'string' ? fallbackText : 'Lifeline';
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    ...(typeof lang === 'string' && { lang }),
    fallbackText: text,
    body: [words(text, { bold: true })],
    ...(Array.isArray(actions) && { actions }),
  };
}

function styleOf({ type, incident, test }: Page): string {
  if (type === 'resolution') return 'good';
  return test || type === 'acknowledgment' ? 'accent' : STYLES[incident.priority];
}

const card = (fallbackText: string, wording: Wording, body: object[], actions: object[]): object => ({
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  type: 'AdaptiveCard',
  version: '1.4',
  lang: wording.locale,
  fallbackText,
  msteams: { width: 'Full' },
  body,
  ...(actions.length > 0 && { actions }),
});

/** Text runs know no Markdown, so that what others wrote arrives as they wrote it. */
function words(text: string, look: { spacing?: string; bold?: true; subtle?: true; size?: string } = {}): object {
  const { spacing, bold, subtle, size } = look;
  const run = {
    type: 'TextRun',
    text: text === '' ? ' ' : text,
    ...(size !== undefined && { size }),
    ...(bold && { weight: 'bolder' }),
    ...(subtle && { isSubtle: true }),
  };
  return { type: 'RichTextBlock', ...(spacing !== undefined && { spacing }), inlines: [run] };
}

const band = (style: string, kicker: string, title: string): object => ({
  type: 'Container',
  style,
  bleed: true,
  items: [words(kicker, {}), words(title, { spacing: 'none', bold: true, size: 'large' })],
});
const notice = (text: string): object => ({ type: 'Container', style: 'emphasis', items: [words(text)] });

function opens(title: string, url: string | undefined, style?: 'positive'): object[] {
  const href = webUrl(url);
  return href === undefined ? [] : [{ type: 'Action.OpenUrl', title, url: href, ...(style && { style }) }];
}

/**
 * For facts, which have no other form than Markdown. A backslash takes its meaning from each character that could begin
 * something; within words `_` and `-` mean nothing and stay. `{{DATE(…)}}` is the cards' own, and taken apart.
 */
export const escapeMarkdown = (text: string): string =>
  text
    .replace(/[\\*`~[\]<>#|!]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^([-+])(?=\s|$)/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replaceAll('{{', '{\u200b{');
