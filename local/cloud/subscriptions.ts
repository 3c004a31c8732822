/** What CloudWatch Logs does for subscription filters: hands lines of a log group to the function that subscribes. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import type { FunctionHost } from './lambda/function-host.ts';
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
  connect(subscriptions: readonly SubscriptionSpec[], hosts: ReadonlyMap<string, Pick<FunctionHost, 'invoke'>>): void;
  /** From now on nobody is there; a line that was on its way may come again. */
  disconnect(): void;
  /** `unheard` while not connected, `failed` when a function threw, else `done`, also where nobody subscribes. */
  deliver(logGroup: string, line: string): Promise<'done' | 'unheard' | 'failed'>;
}

/** Routes lines; it may be asked before the functions are there. */
export function createLogRouter(): LogRouter {
  let connected: { subscriptions: readonly SubscriptionSpec[]; hosts: Parameters<LogRouter['connect']>[1] } | undefined;
  return {
    connect(subscriptions, hosts) {
      for (const { functionArn } of subscriptions)
        if (!hosts.has(functionArn))
          throw new Error(`a log is subscribed to by ${functionArn}, which no template declares`);
      connected = { subscriptions, hosts };
    },
    disconnect() {
      connected = undefined;
    },
    async deliver(logGroup, line) {
      if (!connected) return 'unheard';
      const { subscriptions, hosts } = connected;
      const own = subscriptions.filter((one) => one.logGroup === logGroup);
      try {
        await Promise.all(own.map((one) => hosts.get(one.functionArn)?.invoke(logEvent(one, line))));
        return 'done';
      } catch {
        // The function's log has it; or it was stopped together with everything else.
        return connected ? 'failed' : 'unheard';
      }
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
