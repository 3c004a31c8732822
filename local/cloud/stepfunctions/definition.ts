/** The part of the Amazon States Language that is known here, as strict schemas: what they do not name is refused. */
import * as z from 'zod';

/** A number or an expression for one. Seconds are those of the definition, before any time scale. */
const expression = z.string().regex(/^\{%[\s\S]+%\}$/, 'must be a JSONata expression between {% and %}');
/** AWS takes at most 99,999,999 seconds, about three years. */
export const MAX_SECONDS = 99_999_999;
const numberOr = (least: number) => z.union([z.number().int().min(least).max(MAX_SECONDS), expression]);
/** JSON in which strings may be expressions. */
const template = z.json();
const comment = { Comment: z.string().optional() };
const output = { Output: template.optional() };
const assign = { Assign: z.record(z.string().regex(/^[A-Za-z_]\w{0,79}$/), template).optional() };
const next = { Next: z.string().optional(), End: z.literal(true).optional() };
const names = z.array(z.string().min(1)).nonempty();

const retrier = z
  .strictObject({
    ErrorEquals: names,
    IntervalSeconds: z.number().int().min(1).max(MAX_SECONDS).default(1),
    MaxAttempts: z.number().int().min(0).max(MAX_SECONDS).default(3),
    BackoffRate: z.number().min(1).default(2),
    MaxDelaySeconds: z.number().int().min(1).max(31_622_400).optional(),
    JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
    ...comment,
  })
  .refine((one) => one.MaxDelaySeconds === undefined || one.MaxDelaySeconds > one.IntervalSeconds, {
    path: ['MaxDelaySeconds'],
    message: 'must be greater than IntervalSeconds',
  });
const catcher = z.strictObject({ ErrorEquals: names, Next: z.string(), ...assign, ...output, ...comment });
const handlers = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

/** An interface, since types may refer to themselves only by such. */
export interface States {
  [name: string]: State;
}
const scope = {
  StartAt: z.string(),
  States: z.lazy((): z.ZodType<States> => z.record(z.string().min(1).max(80), stateSchema)),
};

const QueryLanguage = { QueryLanguage: z.literal('JSONata').optional() };
const base = { ...comment, ...QueryLanguage };

const task = z.strictObject({
  Type: z.literal('Task'),
  Resource: z.string(),
  Arguments: template,
  TimeoutSeconds: numberOr(1).optional(),
  ...handlers,
  ...next,
  ...assign,
  ...output,
  ...base,
});
const pass = z.strictObject({ Type: z.literal('Pass'), ...next, ...assign, ...output, ...base });
const wait = z.strictObject({
  Type: z.literal('Wait'),
  Seconds: numberOr(0).optional(),
  Timestamp: z.string().optional(),
  ...next,
  ...assign,
  ...output,
  ...base,
});
const rule = z.strictObject({ Condition: expression, Next: z.string(), ...assign, ...output, ...comment });
const choice = z.strictObject({
  Type: z.literal('Choice'),
  Choices: z.array(rule).nonempty(),
  Default: z.string().optional(),
  ...assign,
  ...output,
  ...base,
});
const parallel = z.strictObject({
  Type: z.literal('Parallel'),
  Branches: z.array(z.strictObject({ ...scope, ...comment })).nonempty(),
  Arguments: template.optional(),
  ...handlers,
  ...next,
  ...assign,
  ...output,
  ...base,
});
const map = z.strictObject({
  Type: z.literal('Map'),
  Items: z.union([z.array(z.json()), expression]).optional(),
  ItemSelector: template.optional(),
  ItemProcessor: z.strictObject({
    ProcessorConfig: z.strictObject({ Mode: z.literal('INLINE') }).optional(),
    ...scope,
    ...comment,
  }),
  MaxConcurrency: numberOr(0).optional(),
  ...handlers,
  ...next,
  ...assign,
  ...output,
  ...base,
});
const succeed = z.strictObject({ Type: z.literal('Succeed'), ...output, ...base });
const fail = z.strictObject({
  Type: z.literal('Fail'),
  Error: z.string().optional(),
  Cause: z.string().optional(),
  ...base,
});

const stateSchema = z.discriminatedUnion('Type', [task, pass, wait, choice, parallel, map, succeed, fail]);

export const machineSchema = z.strictObject({
  QueryLanguage: z.literal('JSONata'),
  Version: z.literal('1.0').optional(),
  TimeoutSeconds: z.number().int().min(1).max(MAX_SECONDS).optional(),
  ...scope,
  ...comment,
});

export type Machine = z.output<typeof machineSchema>;
export type State =
  | z.output<typeof task>
  | z.output<typeof pass>
  | z.output<typeof wait>
  | z.output<typeof choice>
  | z.output<typeof parallel>
  | z.output<typeof map>
  | z.output<typeof succeed>
  | z.output<typeof fail>;
export type StateOf<Type extends State['Type']> = Extract<State, { Type: Type }>;
/** A machine, a branch or an item processor: states that only lead to each other. */
export interface Scope {
  StartAt: string;
  States: States;
}
export type Retrier = z.output<typeof retrier>;
export type Catcher = z.output<typeof catcher>;
export type Json = z.output<ReturnType<typeof z.json>>;
