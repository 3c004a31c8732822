/** Reads a definition, and refuses what would not run as it would in AWS, naming state and field. */
import { createHash } from 'node:crypto';
import validate from 'asl-validator';
import type { Json, Machine, Scope, State } from './definition.ts';
import { machineSchema } from './definition.ts';
import { RESERVED } from './errors.ts';
import { expressionIn, refusalOf } from './query.ts';
import { integrationOf, refusedArguments } from './tasks.ts';

/** The definition cannot be run here. */
export class DefinitionRefused extends Error {}

export interface Loaded {
  machine: Machine;
  /** As it was given. */
  text: string;
  /** Of the text: an execution goes on with the definition it was started with. */
  hash: string;
}

/** Checking takes a tenth of a second, and tests load the same machine a thousand times. */
const known = new Map<string, Loaded>();

/** Loads Amazon States Language, as text or parsed, with all substitutions made. Throws `DefinitionRefused`. */
export function loadDefinition(definition: string | object): Loaded {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  const hash = createHash('sha256').update(text).digest('hex');
  const loaded = known.get(hash) ?? { machine: checked(text), text, hash };
  known.set(hash, loaded);
  return loaded;
}

function checked(text: string): Machine {
  const machine = shaped(parsed(text));
  refuseScope(machine, new Set());
  // It notes the query language in every state, so it gets a copy.
  const { isValid, errorsText } = validate(JSON.parse(text), { checkArn: true, checkPaths: true });
  if (!isValid) throw new DefinitionRefused(errorsText('; '));
  return machine;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DefinitionRefused(`the definition is no JSON: ${(error as Error).message}`);
  }
}

function shaped(definition: unknown): Machine {
  const result = machineSchema.safeParse(definition);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = (issue?.path ?? []).map(String);
  const states = path.lastIndexOf('States');
  const inState = states >= 0 && path[states + 1] !== undefined;
  const field = path.slice(inState ? states + 2 : 0);
  if (issue?.code === 'unrecognized_keys') field.push(issue.keys[0] ?? '');
  throw refused(inState ? path[states + 1] : undefined, field.join('.'), issue?.message ?? 'unreadable');
}

const refused = (state: string | undefined, field: string, why: string) =>
  new DefinitionRefused(`${state === undefined ? 'the state machine' : `state "${state}"`}: ${field}: ${why}`);

/** `outer`: variables of the scopes around, which may be read here and not assigned. */
function refuseScope({ States }: Scope, outer: ReadonlySet<string>): void {
  const entries = Object.entries(States);
  const own = new Set(
    entries.flatMap(([, state]) => assignsOf(state).flatMap(({ value }) => Object.keys(value ?? {}))),
  );
  for (const [name, state] of entries) {
    refuseState(name, state, own, outer);
    const inner: Scope[] =
      state.Type === 'Parallel' ? state.Branches : state.Type === 'Map' ? [state.ItemProcessor] : [];
    for (const scope of inner) refuseScope(scope, new Set([...outer, ...own]));
  }
}

function refuseState(name: string, state: State, own: ReadonlySet<string>, outer: ReadonlySet<string>): void {
  for (const { field, value } of assignsOf(state)) {
    for (const variable of Object.keys(value ?? {})) {
      if (variable === 'states') throw refused(name, `${field}.states`, 'the name is reserved');
      if (outer.has(variable))
        throw refused(name, `${field}.${variable}`, 'an outer scope assigns a variable of this name');
    }
  }
  const variables = new Set([...own, ...outer]);
  for (const { field, value, sees } of queriesOf(state)) {
    for (const text of stringsIn(value)) {
      const expression = expressionIn(text);
      const why = expression === undefined ? undefined : refusalOf(expression, sees, variables);
      if (why) throw refused(name, field, `${why} in ${text}`);
    }
  }
  if ('Retry' in state || 'Catch' in state) refuseHandlers(name, state);
  if (state.Type === 'Task') {
    const integration = integrationOf(state.Resource);
    if (!integration) throw refused(name, 'Resource', `the integration ${state.Resource} is not known here`);
    const why = refusedArguments(integration.action, state.Arguments);
    if (why) throw refused(name, why.split(': ')[0] ?? '', why.split(': ').slice(1).join(': '));
  }
}

/** States.ALL stands alone and last, and no other name begins with `States.` ("Error representation"). */
function refuseHandlers(name: string, state: Extract<State, { Type: 'Task' | 'Parallel' | 'Map' }>): void {
  for (const field of ['Retry', 'Catch'] as const) {
    const lists = (state[field] ?? []).map(({ ErrorEquals }) => ErrorEquals);
    for (const [index, names] of lists.entries()) {
      const at = `${field}.${index}.ErrorEquals`;
      const unknown = names.find((one) => one.startsWith('States.') && !RESERVED.has(one));
      if (unknown) throw refused(name, at, `${unknown} is no error of the States Language`);
      if (names.includes('States.ALL') && (names.length > 1 || index < lists.length - 1))
        throw refused(name, at, 'States.ALL must stand alone and last');
    }
  }
}

type Assigning = { Assign?: Record<string, Json> | undefined; Output?: Json | undefined };

/** A state and the rules and catchers in it: whatever has an Assign and an Output, with what those may see. */
function placesOf(state: State): { at: string; place: Assigning; sees: readonly string[] }[] {
  const ofInput = ['input', 'context'];
  const yields = state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map';
  const rules = state.Type === 'Choice' ? state.Choices : [];
  const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
  return [
    { at: '', place: state as Assigning, sees: yields ? [...ofInput, 'result'] : ofInput },
    ...rules.map((place, n) => ({ at: `Choices.${n}.`, place, sees: ofInput })),
    ...catchers.map((place, n) => ({ at: `Catch.${n}.`, place, sees: [...ofInput, 'errorOutput'] })),
  ];
}

const assignsOf = (state: State) =>
  placesOf(state).map(({ at, place }) => ({ field: `${at}Assign`, value: place.Assign }));

function queriesOf(state: State): { field: string; value: unknown; sees: readonly string[] }[] {
  const places = placesOf(state).flatMap(({ at, place, sees }) => [
    { field: `${at}Assign`, value: place.Assign, sees },
    { field: `${at}Output`, value: place.Output, sees },
  ]);
  const rules = state.Type === 'Choice' ? state.Choices : [];
  const others = [
    'Arguments',
    'TimeoutSeconds',
    'Seconds',
    'Timestamp',
    'Items',
    'ItemSelector',
    'MaxConcurrency',
    'Error',
    'Cause',
  ];
  const sees = ['input', 'context'];
  return [
    ...places,
    ...rules.map(({ Condition }, n) => ({ field: `Choices.${n}.Condition`, value: Condition, sees })),
    ...others.map((field) => ({ field, value: (state as unknown as Record<string, unknown>)[field], sees })),
  ];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
