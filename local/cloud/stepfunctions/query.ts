/** JSONata as Step Functions runs it: compiled once, checked when the machine is loaded, evaluated over `$states`. */
import jsonata from 'jsonata';
import type { Json } from './definition.ts';
import { ERRORS, StateError } from './errors.ts';
import { BUILT_IN, EXTENSIONS } from './query-functions.ts';

/** What an expression sees: `$states` and the workflow's variables. */
export interface Bindings {
  states: Record<string, unknown>;
  variables: Record<string, Json>;
  /** Epoch milliseconds, for $millis and $now. */
  now: number;
}

const compiled = new Map<string, jsonata.Expression>();

/** The JSONata between the braces, or undefined for text that is just text. */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') ? text.slice(2, -2).trim() : undefined;
}

/** Throws jsonata's own error where it is no JSONata. */
export function compile(expression: string): jsonata.Expression {
  let found = compiled.get(expression);
  if (!found) {
    found = jsonata(expression);
    for (const [name, run] of Object.entries(EXTENSIONS)) found.registerFunction(name, run as () => unknown);
    compiled.set(expression, found);
  }
  return found;
}

/** A template with every expression in it evaluated. Throws `StateError` States.QueryEvaluationError. */
export async function evaluate(template: Json, bindings: Bindings, field: string): Promise<Json> {
  if (typeof template === 'string') {
    const expression = expressionIn(template);
    return expression === undefined ? template : evaluateOne(expression, bindings, field);
  }
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) {
    const items: Json[] = [];
    for (const [index, item] of template.entries()) items.push(await evaluate(item, bindings, `${field}[${index}]`));
    return items;
  }
  const evaluated: Record<string, Json> = {};
  for (const [key, item] of Object.entries(template))
    evaluated[key] = await evaluate(item, bindings, `${field}/${key}`);
  return evaluated;
}

async function evaluateOne(expression: string, { states, variables, now }: Bindings, field: string): Promise<Json> {
  const fail = (why: string) =>
    new StateError(ERRORS.query, `The JSONata expression '${expression}' in ${field} ${why}`);
  const clock = { millis: () => now, now: () => new Date(now).toISOString() };
  let value: unknown;
  try {
    value = await compile(expression).evaluate(undefined, { ...variables, ...clock, states });
  } catch (error) {
    throw fail(`threw an error: ${(error as Error).message}`);
  }
  // "JSON cannot represent undefined value types": the developer guide, "Transforming data with JSONata".
  if (value === undefined) throw fail('returned nothing (undefined)');
  const isFunction = (part: unknown) =>
    typeof part === 'function' ||
    (typeof part === 'object' && part !== null && ('_jsonata_lambda' in part || '_jsonata_function' in part));
  // Without what jsonata notes on its sequences, and apart from what it was taken out of.
  const text = JSON.stringify(value, (_key, part) => {
    if (isFunction(part)) throw fail('returned a function');
    return part;
  });
  return JSON.parse(text);
}

/**
 * Why Step Functions, or this interpreter, would not run the expression; undefined if it would. `fields` are those of
 * `$states` that the place has, `variables` the names that may be assigned there.
 */
export function refusalOf(expression: string, fields: readonly string[], variables: ReadonlySet<string>) {
  let tree: Node;
  try {
    tree = compile(expression).ast() as unknown as Node;
  } catch (error) {
    return `it is no JSONata: ${(error as Error).message}`;
  }
  const own = new Set<string>();
  collect(tree, own);
  return firstOf(tree, false, { fields, known: new Set([...variables, ...own]) });
}

type Node = Record<string, unknown> & { type?: string; value?: unknown };
interface Known {
  fields: readonly string[];
  known: ReadonlySet<string>;
}

const parts = (node: Node): Node[] =>
  Object.values(node)
    .flat(3)
    .filter((part): part is Node => typeof part === 'object' && part !== null);

/** Names the expression itself binds: `$x :=`, parameters, `#$i`, `@$v`. */
function collect(node: Node, into: Set<string>): void {
  const bound = node.type === 'bind' ? [node.lhs as Node] : node.type === 'lambda' ? (node.arguments as Node[]) : [];
  for (const { value } of bound) into.add(String(value));
  for (const name of [node.index, node.focus]) if (typeof name === 'string') into.add(name);
  for (const part of parts(node)) collect(part, into);
}

/** `inner`: there is a context item, because a path, a filter or a grouping gave one. */
function firstOf(node: Node, inner: boolean, at: Known): string | undefined {
  const all = (nodes: Node[], within: boolean) => {
    for (const one of nodes) {
      const refusal = firstOf(one, within, at);
      if (refusal) return refusal;
    }
    return undefined;
  };
  const steps = node.type === 'path' ? (node.steps as Node[]) : undefined;
  const { steps: _, predicate, stages, group, ...rest } = node;
  const own = steps
    ? pathRefusal(steps, at)
    : (refusalHere(node, inner, at) ??
      all(parts(rest as Node), inner || node.type === 'transform' || node.type === 'sort'));
  if (own) return own;
  return (
    (steps &&
      (all(
        steps.slice(0, 1).filter((step) => !isStates(step)),
        inner,
      ) ??
        all(steps.slice(1), true))) ??
    all(parts({ predicate, stages, group } as Node), true)
  );
}

const isStates = (node: Node | undefined) => node?.type === 'variable' && node.value === 'states' && !node.predicate;

function pathRefusal([first, second]: Node[], { fields }: Known): string | undefined {
  if (!isStates(first)) return undefined;
  const field = second?.type === 'name' ? String(second.value) : undefined;
  if (field === undefined) return 'it must name a field of $states';
  return fields.includes(field) ? undefined : `there is no $states.${field} here (only ${fields.join(', ')})`;
}

function refusalHere({ type, value, procedure, arguments: args }: Node, inner: boolean, { known }: Known) {
  if (
    type === 'function' &&
    ['now', 'millis'].includes(String((procedure as Node).value)) &&
    (args as Node[]).length > 0
  )
    return `$${(procedure as Node).value} takes no argument here`;
  if (type === 'name' || type === 'wildcard' || type === 'descendant' || type === 'parent')
    return inner ? undefined : `${value} has nothing to refer to: only $states and variables do at the top level`;
  if (type !== 'variable') return undefined;
  const name = String(value);
  if (name === '$') return '$$ is not supported by Step Functions';
  if (name === '') return inner ? undefined : '$ has nothing to refer to at the top level';
  if (name === 'eval') return '$eval is not supported by Step Functions';
  if (name === 'states') return 'it must name a field of $states';
  if (known.has(name) || BUILT_IN.has(name) || name in EXTENSIONS) return undefined;
  return `$${name} is neither a function known here nor a variable assigned in this scope`;
}
