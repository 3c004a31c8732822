/**
 * The lineage by which Lambda finds recursive loops: how often each function has run in the chain of requests so far,
 * carried in the trace header as `Lineage=<function>:<runs>|<function>:<runs>` (AWS X-Ray developer guide, "Tracing header";
 * AWS Lambda developer guide, "Use Lambda recursive loop detection"). The SDK of a function sends the header along with
 * whatever the function sends, SQS keeps it with the message, and the poller hands it on.
 */
import { createHash, randomBytes } from 'node:crypto';

/** So often a function may run in one chain; the guide says "approximately". The next run is refused. */
export const MAX_RUNS = 16;

/** How Lambda names a function in a lineage. */
export function lineageName(functionArn: string): string {
  const known = names.get(functionArn);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(functionArn).digest('hex').slice(0, 8);
  names.set(functionArn, name);
  return name;
}
/** Of each function, which has one for good. */
const names = new Map<string, string>();

/** How often the function has run in the chain that this header belongs to. */
export const runsSoFar = (header: string | undefined, functionArn: string): number =>
  runsIn(header).get(lineageName(functionArn)) ?? 0;

/** The header that a function's environment gets: of the same chain, with this run counted; of a new one without a header. */
export function enter(header: string | undefined, functionArn: string): string {
  const runs = runsIn(header);
  const name = lineageName(functionArn);
  return write(rootOf(header) ?? newRoot(), new Map(runs).set(name, (runs.get(name) ?? 0) + 1));
}

/**
 * One header for the messages of a batch, which run their function together: of each function the most runs that any of
 * them has behind it. AWS does not say which message's header counts; this takes the cautious one.
 */
export function merge(headers: readonly (string | undefined)[]): string | undefined {
  const known = headers.filter((header) => header !== undefined);
  const root = known.map(rootOf).find((one) => one !== undefined);
  if (root === undefined) return undefined;
  const runs = new Map<string, number>();
  for (const header of known) {
    for (const [name, count] of runsIn(header)) runs.set(name, Math.max(count, runs.get(name) ?? 0));
  }
  return write(root, runs);
}

function runsIn(header: string | undefined): Map<string, number> {
  const found = new Map<string, number>();
  for (const pair of partOf(header, 'Lineage')?.split('|') ?? []) {
    const [name = '', count = ''] = pair.split(':');
    if (/^[0-9a-f]{8}$/.test(name) && /^\d+$/.test(count)) found.set(name, Number(count));
  }
  return found;
}

const partOf = (header: string | undefined, name: string): string | undefined =>
  header
    ?.split(';')
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

const rootOf = (header: string | undefined): string | undefined => partOf(header, 'Root');

/** As X-Ray names a trace: version, seconds, 96 random bits. */
const newRoot = (): string => `1-${Math.floor(Date.now() / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;

const write = (root: string, runs: ReadonlyMap<string, number>): string =>
  [`Root=${root}`, 'Sampled=0', `Lineage=${[...runs].map((one) => one.join(':')).join('|')}`].join(';');
