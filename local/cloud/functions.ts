/** The hosts of all declared functions, and the pollers that feed some of them. */
import type { Declared } from './declared.ts';
import { FunctionHost } from './lambda/function-host.ts';
import type { MappingSpec } from './lambda/mapping.ts';
import { type Poller, startPoller } from './lambda/poller.ts';
import type { FunctionSpec } from './lambda/spec.ts';
import type { Logs } from './logs.ts';

/** Environments of a function that answers requests; a queue consumer has as many as its mappings run batches. */
const MOST_ENVIRONMENTS = 4;

const feeds = (mapping: MappingSpec, spec: FunctionSpec) => [spec.name, spec.arn].includes(mapping.functionName);

/** A host for each function, by ARN. `say` takes a line for whoever watches the run. */
export function createHosts(
  { functions, mappings }: Declared,
  logs: Logs,
  say: (line: string) => void,
): Map<string, FunctionHost> {
  return new Map(
    functions.map((spec) => {
      const own = mappings.filter((mapping) => feeds(mapping, spec));
      const wanted = own.reduce((sum, { concurrency }) => sum + concurrency, 0) || MOST_ENVIRONMENTS;
      const limit = Math.max(1, Math.min(wanted, spec.reserved ?? wanted));
      return [spec.arn, new FunctionHost(spec, limit, logs.open(spec.name), say)];
    }),
  );
}

/** Loads every bundle once. Throws naming the first function that does not start, and where its output is. */
export async function warm(hosts: Iterable<FunctionHost>, logs: Logs): Promise<void> {
  // Two at a time, for two cores: all at once only get into each other's way.
  const waiting = [...hosts].values();
  const start = async () => {
    for (const host of waiting) {
      await host.warm().catch((error: Error) => {
        throw new Error(`${host.spec.name} does not start: ${error.message} (see ${logs.dir}/${host.spec.name}.log)`);
      });
    }
  };
  await Promise.all([start(), start()]);
}

/** Starts the poller of every mapping. */
export function startPollers({ mappings }: Declared, sqsUrl: string, hosts: Iterable<FunctionHost>): Poller[] {
  const all = [...hosts];
  return mappings.map((mapping) => {
    const host = all.find(({ spec }) => feeds(mapping, spec));
    if (!host) throw new Error(`a queue is mapped to ${mapping.functionName}, which no template declares`);
    return startPoller(mapping, sqsUrl, host);
  });
}
