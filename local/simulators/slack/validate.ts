/** What Slack refuses of a message, in its own words: https://docs.slack.dev/reference/block-kit/blocks */
import type { Block } from './messages.ts';

export type Refused = { error: string; messages?: string[] };

const MAX_BLOCKS = 50;
const MAX_TEXT = 40_000;
/** Text characters in all blocks; Slack's own pages give no number (bolt-js#2509, #2867). */
const MAX_TEXT_IN_BLOCKS = 12_000;
const KNOWN = ['header', 'section', 'context', 'actions', 'divider', 'image', 'rich_text', 'markdown'];

/** Undefined when Slack would take it. `blocks` is what the argument was, which need not be a list. */
export function refusalOf(text: string, blocks: unknown): Refused | undefined {
  if (blocks !== undefined && !Array.isArray(blocks)) return { error: 'invalid_blocks_format' };
  const list = (blocks ?? []) as Block[];
  if (text === '' && list.length === 0) return { error: 'no_text' };
  if (text.length > MAX_TEXT) return { error: 'msg_too_long' };
  const messages = blockProblems(list);
  if (messages.length > 0) return { error: 'invalid_blocks', messages };
  return textLength(list) > MAX_TEXT_IN_BLOCKS ? { error: 'msg_blocks_too_long' } : undefined;
}

/** Characters of every `text` in it, links among them. */
function textLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'text' && typeof inner === 'string' ? inner.length : textLength(inner)),
    0,
  );
}

function blockProblems(blocks: Block[]): string[] {
  const found = blocks.flatMap((block, i) =>
    problemsOf(block).map((problem) => `[ERROR] ${problem} [json-pointer:/blocks/${i}]`),
  );
  if (blocks.length > MAX_BLOCKS) found.push(`[ERROR] no more than ${MAX_BLOCKS} items allowed [json-pointer:/blocks]`);
  const ids = blocks.map(({ block_id: id }) => id).filter((id) => id !== undefined);
  if (new Set(ids).size < ids.length) found.push('[ERROR] `block_id` must be unique [json-pointer:/blocks]');
  return found;
}

function problemsOf(block: Block): string[] {
  const { type, block_id: id } = block ?? {};
  const common = id === undefined || within(id, 1, 255) ? [] : ['invalid block_id'];
  if (!KNOWN.includes(type)) return ['unsupported type'];
  return [...common, ...(OF_TYPE[type]?.(block) ?? [])];
}

const OF_TYPE: Record<string, (block: Block) => string[]> = {
  header: ({ text }) => textProblems(text, 150, ['plain_text']),
  section: ({ text, fields }) => [
    ...(text === undefined && fields === undefined ? ['missing required field: text'] : []),
    ...(text === undefined ? [] : textProblems(text, 3_000)),
    ...(fields === undefined ? [] : each(fields, 10, (field) => textProblems(field, 2_000))),
  ],
  context: ({ elements }) =>
    each(elements, 10, (element) => ((element as Block)?.type === 'image' ? [] : textProblems(element, 3_000))),
  actions: ({ elements }) => [...each(elements, 25, elementProblems), ...repeatedActions(elements)],
};

function elementProblems(element: unknown): string[] {
  const { type, text, action_id: id, value, url, style } = (element ?? {}) as Block;
  if (type !== 'button') return [];
  return [
    ...textProblems(text, 75, ['plain_text']),
    ...(id === undefined || within(id, 1, 255) ? [] : ['invalid action_id']),
    ...(value === undefined || within(value, 0, 2_000) ? [] : ['must be less than 2001 characters: value']),
    ...(url === undefined || (within(url, 1, 3_000) && URL.canParse(url)) ? [] : ['invalid url']),
    ...(style === undefined || style === 'primary' || style === 'danger' ? [] : ['invalid style']),
  ];
}

function repeatedActions(elements: unknown): string[] {
  const ids = Array.isArray(elements) ? elements.map((one) => one?.action_id).filter((id) => id !== undefined) : [];
  return new Set(ids).size < ids.length ? ['`action_id` must be unique within a block'] : [];
}

function textProblems(text: unknown, most: number, types = ['plain_text', 'mrkdwn']): string[] {
  const { type, text: words } = (text ?? {}) as Record<string, unknown>;
  if (!types.includes(String(type))) return [`text must be ${types.join(' or ')}`];
  return within(words, 1, most) ? [] : [`must be between 1 and ${most} characters: text`];
}

function each(list: unknown, most: number, problems: (one: unknown) => string[]): string[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > most) return [`must have 1 to ${most} items`];
  return list.flatMap(problems);
}

const within = (value: unknown, min: number, max: number): value is string =>
  typeof value === 'string' && value.length >= min && value.length <= max;
