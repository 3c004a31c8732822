/** The hosts of all declared functions, and the pollers that feed some of them. */
import type { Declared } from './declared.ts';
import { FunctionHost } from './lambda/function-host.ts';
import type { MappingSpec } from './lambda/mapping.ts';
import { type Poller, startPoller } from './lambda/poller.ts';
import { Pool } from './lambda/pool.ts';
import type { FunctionSpec } from './lambda/spec.ts';
import type { Logs } from './logs.ts';
import { telling } from './progress.ts';

/** Environments of a function that answers requests; a queue consumer has as many as its mappings run batches. */
const MAX_ENVIRONMENTS = 4;

const feeds = (mapping: MappingSpec, spec: FunctionSpec) => [spec.name, spec.arn].includes(mapping.functionName);

/** A host for each function, by ARN. `say` takes a line for whoever watches the run. */
export function createHosts(
  { functions, mappings }: Declared,
  logs: Logs,
  say: (line: string) => void,
): Map<string, FunctionHost> {
  const pool = new Pool();
  return new Map(
    functions.map((spec) => {
      const own = mappings.filter((mapping) => feeds(mapping, spec));
      const wanted = own.reduce((sum, { concurrency }) => sum + concurrency, 0) || MAX_ENVIRONMENTS;
      const limit = Math.max(1, Math.min(wanted, spec.reserved ?? wanted));
      return [spec.arn, new FunctionHost(spec, limit, logs.open(spec.name), say, pool)];
    }),
  );
}

/**
 * Loads every bundle that has not been needed yet, one after the other, and lets it go: a function that cannot start is
 * known soon, although it loads only when it is called. Throws naming the first such function, and where its output is.
 */
export async function checkBundles(
  hosts: ReadonlyMap<string, FunctionHost>,
  logs: Logs,
  say: (line: string) => void,
): Promise<void> {
  let checked = 0;
  const check = async () => {
    for (const host of hosts.values()) {
      await host.check().catch((error: Error) => {
        throw new Error(`${host.spec.name} does not load: ${error.message} (see ${logs.dir}/${host.spec.name}.log)`);
      });
      checked++;
    }
  };
  await telling(say, () => `${checked} of ${hosts.size} functions are known to load`, check());
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
