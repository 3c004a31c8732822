/** Block Kit, as far as pages need it, with Slack's limits (docs.slack.dev, "Blocks"). */
import type { SlackContent } from '../providers/ports.ts';
import { cut, cutEscaped } from './text.ts';

export const LIMITS = { header: 150, section: 3_000, fieldText: 2_000, fields: 10, blocks: 50, value: 2_000 } as const;

/**
 * Slack refuses about 12,000 characters of text in all blocks of a message (`msg_blocks_too_long`), and does not say
 * how it counts them: shared messages keep a distance.
 */
export const ALL_BLOCKS_MAX = 10_000;

/**
 * User text among mrkdwn. The three entities make mentions and links impossible, `<!channel>` is just text then. Where
 * a formatting character could open a span, or `>` a quote, a zero-width space behind or before it keeps it from doing
 * so; within a word, as in `payments_api`, it cannot and stays as it is, so that names can be copied.
 */
export const escapeMrkdwn = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/^(?=&gt;)/gm, '\u200b')
    .replace(/(?<![\p{L}\p{N}])[*_~`]/gu, '$&\u200b');

/** Entities only: in plain text nothing is formatted, and Slack shows them as what they stand for. */
const escapePlain = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const plain = (text: string, max: number) => ({
  type: 'plain_text',
  text: cutEscaped(text, max, escapePlain),
  emoji: false,
});
/** `verbatim` keeps Slack from making links of what looks like a URL, a channel or a name. */
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });

export const header = (text: string) => ({ type: 'header', text: plain(text, LIMITS.header) });
export const paragraph = (text: string) => ({ type: 'section', text: plain(text, LIMITS.section) });
/** `markup` is escaped already. */
export const section = (markup: string) => ({ type: 'section', text: mrkdwn(markup) });
export const context = (markup: string) => ({ type: 'context', elements: [mrkdwn(markup)] });
/** Each is `*label*` over the value; ten at most. */
export const fields = (markups: readonly string[]) => ({
  type: 'section',
  fields: markups.slice(0, LIMITS.fields).map(mrkdwn),
});
/** A label, and a value that is markup already. */
export const labelled = (label: string, markup: string): string => `*${escapeMrkdwn(label)}*\n${markup}`;

/** Slack shows it in the reader's own zone; the fallback is for clients that cannot. */
export const slackDate = (at: number, fallback: string): string =>
  `<!date^${Math.floor(at / 1000)}^{date_short_pretty}, {time}|${escapeMrkdwn(fallback).replaceAll('|', '/')}>`;

/**
 * `url` has gone through `webUrl`. One so long that a field could not hold it is left out, and the label stands alone.
 */
export function slackLink(url: string, label: string): string {
  const name = escapeMrkdwn(label);
  return isLinkable(url) ? `<${targetOf(url)}|${name.replaceAll('|', '/')}>` : name;
}
const LINK_MAX = 1_400;
const targetOf = (url: string): string => url.replaceAll('&', '&amp;');
/** Whether `slackLink` makes a link of the address. */
export const isLinkable = (url: string): boolean => targetOf(url).length <= LINK_MAX;

/** docs/spec/delivery.md#slack: `action_id` is `ack` or `resolve`, `value` the page's action token. */
export const button = (action: 'ack' | 'resolve', label: string, token: string) => ({
  type: 'button',
  action_id: action,
  text: plain(label, 75),
  value: token,
  ...(action === 'ack' && { style: 'primary' }),
});
/** Opens an address. Slack tells of the press too, under an id that nobody acts on. `url` has gone through `webUrl`. */
export const linkButton = (action: 'ack' | 'resolve', label: string, url: string) => ({
  type: 'button',
  action_id: `open_${action}`,
  text: plain(label, 75),
  url,
  ...(action === 'ack' && { style: 'primary' }),
});
export const actions = (...elements: object[]) => ({ type: 'actions', elements });

/** `text` is what notifications and screen readers say; it is mrkdwn too. */
export const message = (text: string, blocks: readonly object[]): SlackContent => ({
  text: escapeMrkdwn(cut(text, 1_000)),
  blocks: blocks.slice(0, LIMITS.blocks),
});

/**
 * Whether Slack takes the blocks as one message. What is counted here holds more than the text: keys and quotes too.
 */
export const fitsSlack = ({ blocks }: SlackContent): boolean => JSON.stringify(blocks).length <= ALL_BLOCKS_MAX;
