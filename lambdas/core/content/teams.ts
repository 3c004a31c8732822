import type { Page } from '../page/page.ts';
import { type Bundle, bundleAsks, countLine, type Headline, inOrder, itemOf, listed, priorityOf } from './bundle.ts';
import {
  asksForAnswer,
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
 * unit is up to 3 bytes, a line of the description 100 bytes beside its text, and an item of a bundle 2 KB at most.
 */
const DESCRIPTION_MAX = 3_000;
const DESCRIPTION_LINES = 40;
const LISTED_MAX = 12;
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
  const [shown, more] = listed(inOrder(bundle).map(itemOf), LISTED_MAX, wording);
  const title = countLine(bundle, wording, headline);
  const asks = bundleAsks(bundle);
  return card(
    title,
    wording,
    [
      band(STYLES[priorityOf(bundle)], 'Lifeline', title),
      ...(late === undefined ? [] : [notice(say(wording, 'late', { time: whenText(late, wording, timezone) }))]),
      ...shown.map(({ page, tag, service, title: what, id }) => ({
        type: 'Container',
        separator: true,
        items: [
          words(`${tag} ${service}: ${what}`, { bold: true }),
          words(`${id} · ${whenText(triggeredAt(page), wording, timezone)}`, { spacing: 'none', subtle: true }),
        ],
      })),
      ...(more === '' ? [] : [words(more, { subtle: true })]),
    ],
    [
      ...(asks ? opens(say(wording, 'acknowledgeAll'), links.acknowledge, 'positive') : []),
      ...(asks ? opens(say(wording, 'resolveAll'), links.resolve) : []),
    ],
  );
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
