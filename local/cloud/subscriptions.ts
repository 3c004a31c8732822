/** What CloudWatch Logs does for subscription filters: hands lines of a log group to the function that subscribes. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { AsyncInvoker } from './lambda/async-invoke.ts';
import { ACCOUNT, type Resolve } from './template/resolver.ts';
import { ignored, shaped } from './template/shape.ts';
import type { Resource } from './template/template.ts';

const filterSchema = z.strictObject({
  LogGroupName: z.string(),
  DestinationArn: z.string().startsWith('arn:aws:lambda:'),
  FilterPattern: z.literal(''), // every line; other patterns would have to be obeyed
  FilterName: ignored,
});

export interface SubscriptionSpec {
  logGroup: string;
  functionArn: string;
  filter: string;
}

/** The subscription a resource declares. `groupNames`: what a reference to a log group gives → its name. */
export function subscriptionSpec(
  resource: Resource,
  resolve: Resolve,
  groupNames: ReadonlyMap<string, string>,
): SubscriptionSpec {
  const { LogGroupName, DestinationArn } = shaped(resource, resolve, filterSchema);
  return {
    logGroup: groupNames.get(LogGroupName) ?? LogGroupName,
    functionArn: DestinationArn,
    filter: `${resource.stack.name}-${resource.id}`,
  };
}

export interface LogRouter {
  /** From now on lines reach these functions. */
  connect(subscriptions: readonly SubscriptionSpec[], lambda: Pick<AsyncInvoker, 'knows' | 'invoke'>): void;
  /** From now on nobody is there; a line that was on its way may come again. */
  disconnect(): void;
  /**
   * `unheard` while not connected, and when the run stopped before the function had taken the line; else `done`, also
   * where nobody subscribes. A line that a function fails at goes where its template says (lambda/async-invoke.ts).
   */
  deliver(logGroup: string, line: string): Promise<'done' | 'unheard'>;
}

/** Routes lines; it may be asked before the functions are there. */
export function createLogRouter(): LogRouter {
  let connected:
    | { subscriptions: readonly SubscriptionSpec[]; lambda: Parameters<LogRouter['connect']>[1] }
    | undefined;
  return {
    connect(subscriptions, lambda) {
      for (const { functionArn } of subscriptions)
        if (!lambda.knows(functionArn))
          throw new Error(`a log is subscribed to by ${functionArn}, which no template declares`);
      connected = { subscriptions, lambda };
    },
    disconnect() {
      connected = undefined;
    },
    async deliver(logGroup, line) {
      if (!connected) return 'unheard';
      const { subscriptions, lambda } = connected;
      const own = subscriptions.filter((one) => one.logGroup === logGroup);
      const outcomes = await Promise.all(own.map((one) => lambda.invoke(one.functionArn, logEvent(one, line))));
      return outcomes.includes('stopped') ? 'unheard' : 'done';
    },
  };
}

function logEvent({ logGroup, filter }: SubscriptionSpec, message: string) {
  const data = {
    messageType: 'DATA_MESSAGE',
    owner: ACCOUNT,
    logGroup,
    logStream: randomUUID(),
    subscriptionFilters: [filter],
    logEvents: [{ id: String(Date.now()).padStart(56, '0'), timestamp: Date.now(), message }],
  };
  return { awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } };
}
