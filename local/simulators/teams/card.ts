/**
 * What Teams needs to post what a webhook took. Sources: "Create incoming webhooks with Workflows" and "Cards reference"
 * of Microsoft Teams: Adaptive Cards up to version 1.5, about 28 KB, at most six actions.
 */
const MAX_BYTES = 28 * 1024;
const MAX_ACTIONS = 6;
const CARD = 'application/vnd.microsoft.card.adaptive';
const VERSION = /^1\.[0-5]$/;
const ELEMENTS = new Set([
  'TextBlock',
  'RichTextBlock',
  'FactSet',
  'Container',
  'ColumnSet',
  'ActionSet',
  'Image',
  'Table',
]);

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads the body of a webhook call; undefined when it is no JSON object, which the workflow's trigger refuses. */
export function parseEnvelope(body: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The card in it, if there is one, and why the workflow cannot post it, if it cannot. */
export function cardOf(envelope: Json, bytes: number): { card?: Json; problem?: string } {
  const [attachment, ...others] = Array.isArray(envelope.attachments) ? (envelope.attachments as unknown[]) : [];
  const content = isObject(attachment) ? attachment.content : undefined;
  if (!isObject(content)) return { problem: 'there is no card in attachments' };
  const problem = find();
  return { card: content, ...(problem !== undefined && { problem }) };

  function find(): string | undefined {
    if (envelope.type !== 'message') return 'type is not "message"';
    if (others.length > 0) return 'there is more than one attachment';
    if (!isObject(attachment) || attachment.contentType !== CARD) return `contentType is not "${CARD}"`;
    if (bytes > MAX_BYTES) return `the message has ${bytes} bytes, more than ${MAX_BYTES}`;
    return problemOf(content as Json);
  }
}

function problemOf(card: Json): string | undefined {
  if (card.type !== 'AdaptiveCard') return 'the card is not an AdaptiveCard';
  if (!VERSION.test(String(card.version))) return `Teams does not know version ${String(card.version)}`;
  return elementsProblem(card.body ?? []) ?? actionsProblem(card.actions ?? []);
}

function elementsProblem(elements: unknown): string | undefined {
  if (!Array.isArray(elements)) return 'body is not a list';
  for (const element of elements as unknown[]) {
    if (!isObject(element) || !ELEMENTS.has(String(element.type))) return 'an element of the body has no known type';
    const problem = elementProblem(element);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function elementProblem(element: Json): string | undefined {
  const { type, text, facts, items, columns, actions } = element;
  if (type === 'TextBlock' && typeof text !== 'string') return 'a TextBlock has no text';
  if (type === 'FactSet' && !isFacts(facts)) return 'a fact has no title or no value';
  if (type === 'Container') return elementsProblem(items);
  if (type === 'ActionSet') return actionsProblem(actions);
  if (type !== 'ColumnSet') return undefined;
  if (!Array.isArray(columns)) return 'a ColumnSet has no columns';
  return (columns as unknown[])
    .map((column) => elementsProblem(isObject(column) ? column.items : undefined))
    .find(Boolean);
}

const isFacts = (facts: unknown): boolean =>
  Array.isArray(facts) &&
  facts.every((fact) => isObject(fact) && typeof fact.title === 'string' && typeof fact.value === 'string');

function actionsProblem(actions: unknown): string | undefined {
  if (!Array.isArray(actions)) return 'actions is not a list';
  if (actions.length > MAX_ACTIONS) return `there are more than ${MAX_ACTIONS} actions`;
  for (const action of actions as unknown[]) {
    if (!isObject(action) || typeof action.title !== 'string') return 'an action has no title';
    if (action.type === 'Action.OpenUrl' && !/^https?:$/.test(URL.parse(String(action.url))?.protocol ?? '')) {
      return 'an Action.OpenUrl has no http or https URL';
    }
  }
  return undefined;
}
