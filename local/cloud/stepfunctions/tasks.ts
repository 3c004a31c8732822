/** The service integrations a Task may name, what their Arguments may hold, and how they are called. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Json } from './definition.ts';
import { ERRORS, StateError } from './errors.ts';

const names = z.record(z.string(), z.string()).optional();
const item = z.record(z.string(), z.json());
const values = item.optional();
const condition = {
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: names,
  ExpressionAttributeValues: values,
  ReturnValues: z.string().optional(),
};

const SCHEMAS = {
  'lambda:invoke': z.strictObject({ FunctionName: z.string().min(1), Payload: z.json().optional() }),
  'sqs:sendMessage': z.strictObject({
    QueueUrl: z.string().min(1),
    MessageBody: z.json(),
    DelaySeconds: z.number().int().min(0).max(900).optional(),
  }),
  'states:startExecution': z.strictObject({
    StateMachineArn: z.string().min(1),
    Input: z.json().optional(),
    Name: z.string().optional(),
  }),
  'dynamodb:getItem': z.strictObject({
    TableName: z.string(),
    Key: item,
    ConsistentRead: z.boolean().optional(),
    ProjectionExpression: z.string().optional(),
    ExpressionAttributeNames: names,
  }),
  'dynamodb:putItem': z.strictObject({ TableName: z.string(), Item: item, ...condition }),
  'dynamodb:updateItem': z.strictObject({
    TableName: z.string(),
    Key: item,
    UpdateExpression: z.string(),
    ...condition,
  }),
};
type Action = keyof typeof SCHEMAS;

const TABLE_ACTIONS = {
  'dynamodb:getItem': 'GetItem',
  'dynamodb:putItem': 'PutItem',
  'dynamodb:updateItem': 'UpdateItem',
} as const;

const PREFIX = 'arn:aws:states:::';
const TOKEN = '.waitForTaskToken';
/** Only a function can be handed a token here. */
const WITH_TOKEN: readonly Action[] = ['lambda:invoke'];

/** What a Resource stands for; undefined when this interpreter does not know it. */
export function integrationOf(resource: string): { action: Action; waits: boolean } | undefined {
  const waits = resource.endsWith(TOKEN);
  const action = resource.slice(PREFIX.length, waits ? -TOKEN.length : undefined) as Action;
  if (!resource.startsWith(PREFIX) || !(action in SCHEMAS)) return undefined;
  return waits && !WITH_TOKEN.includes(action) ? undefined : { action, waits };
}

/** Why these Arguments of a definition cannot be right, whatever their expressions give; undefined if they may. */
export function refusedArguments(action: Action, given: Json): string | undefined {
  if (typeof given === 'string') return undefined;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'Arguments: must be an object';
  const { shape } = SCHEMAS[action];
  const unknown = Object.keys(given).find((key) => !(key in shape));
  if (unknown) return `Arguments.${unknown}: not known to ${action} here`;
  const missing = Object.entries(shape).find(
    ([key, schema]) => !(key in given) && !schema.safeParse(undefined).success,
  );
  return missing && `Arguments.${missing[0]}: missing, ${action} needs it`;
}

/** What the integrations call. What is left out is missing at run time, with an error that says so. */
export interface Services {
  /** Answers what the handler returned; throws what it threw, or an error with `fault` as the Lambda host does. */
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  sendMessage?(input: { QueueUrl: string; MessageBody: string; DelaySeconds?: number }): Promise<object>;
  dynamodb?(action: 'GetItem' | 'PutItem' | 'UpdateItem', input: object): Promise<object>;
}
export interface StartedBy {
  stateMachineArn: string;
  name: string;
  input: string;
}
type Start = (input: StartedBy) => Promise<{ executionArn: string; startDate: number }>;

/** A task to be run: again after a crash, so with everything it needs. */
export interface Call {
  token: string;
  resource: string;
  arguments: Json;
}

/** Runs it. Throws `StateError` with the name that AWS gives the failure. */
export async function runTask(
  { token, resource, arguments: given }: Call,
  services: Services,
  start: Start,
): Promise<Json> {
  const { action } = integrationOf(resource) ?? {};
  if (!action) throw new StateError(ERRORS.runtime, `no integration ${resource}`);
  const read = <S extends z.ZodType>(schema: S): z.output<S> => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    throw new StateError(ERRORS.runtime, `Arguments of ${action}: ${z.prettifyError(parsed.error)}`);
  };
  try {
    switch (action) {
      case 'lambda:invoke': {
        const { FunctionName, Payload = {} } = read(SCHEMAS[action]);
        return {
          ExecutedVersion: '$LATEST',
          Payload: json(await services.invoke(FunctionName, Payload)),
          StatusCode: 200,
        };
      }
      case 'sqs:sendMessage': {
        const { MessageBody, QueueUrl, DelaySeconds } = read(SCHEMAS[action]);
        const body = typeof MessageBody === 'string' ? MessageBody : JSON.stringify(MessageBody);
        const delay = DelaySeconds === undefined ? {} : { DelaySeconds };
        return json(await there(services.sendMessage, action)({ QueueUrl, MessageBody: body, ...delay }));
      }
      case 'states:startExecution': {
        const { StateMachineArn, Input = {}, Name } = read(SCHEMAS[action]);
        // A name of its own for each token: run again after a crash, it must not start a second one.
        const name = Name ?? createHash('sha256').update(token).digest('hex').slice(0, 32);
        const started = await start({ stateMachineArn: StateMachineArn, name, input: JSON.stringify(Input) });
        return { ExecutionArn: started.executionArn, StartDate: new Date(started.startDate).toISOString() };
      }
      default:
        return json(await there(services.dynamodb, action)(TABLE_ACTIONS[action], read(SCHEMAS[action])));
    }
  } catch (error) {
    throw error instanceof StateError ? error : failure(action, error);
  }
}

function there<F>(service: F | undefined, action: string): F {
  if (service) return service;
  throw new StateError(ERRORS.runtime, `nothing answers ${action} in this world`);
}

/** As JSON carries it. */
const json = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null));

const SERVICES: Record<string, string> = { sqs: 'SQS', states: 'StepFunctions', dynamodb: 'DynamoDB' };

/** A function's error goes by its type, a service's by service and exception: `DynamoDB.ConditionalCheckFailedException`. */
function failure(action: Action, thrown: unknown): StateError {
  const error = thrown as { name?: string; message?: string; code?: string; fault?: { errorType: string } };
  const service = SERVICES[action.split(':')[0] ?? ''];
  if (service) {
    const code = error.code ?? error.name ?? 'InternalError';
    return new StateError(`${service}.${code.replace(/(Exception)?$/, 'Exception')}`, String(error.message ?? thrown));
  }
  const fault = error.fault ?? { errorType: error.name ?? 'Error', errorMessage: String(error.message ?? thrown) };
  return new StateError(fault.errorType, JSON.stringify(fault));
}
