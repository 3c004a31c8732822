/**
 * What the health checks found, and what follows from it (contract §1, GET /health). One snapshot is written every 30 s;
 * whoever asks reads that. Pure: findings in, a word and totals out. Times are epoch milliseconds.
 */
import { admit, type Circuit, type CircuitName, circuitName, NEW_CIRCUIT } from './breaker.ts';
import { PROVIDERS_IN_USE } from './chains.ts';
import type { Channel, Provider } from './page/page.ts';
import { rules } from './rules.ts';

/** The second check of a minute comes this long after the first: EventBridge Scheduler knows nothing finer. */
export const CHECK_GAP = 30_000;
/** A snapshot older than this says nothing about now: four checks in a row are missing. */
export const SNAPSHOT_STALE = 120_000;

/** `unknown`: the check itself could not be made, which says nothing about what was to be checked. */
export type Finding = 'ok' | 'failing' | 'unknown';

export interface TableHealth {
  name: string;
  finding: Finding;
  latencyMs: number;
}

export interface QueueDepth {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** Depths are missing when the queue did not answer. */
export interface QueueHealth extends Partial<QueueDepth> {
  name: string;
  finding: Finding;
  /** A page is accepted only when it lies in a queue like this. */
  takesPages: boolean;
  /** Messages in its dead-letter queue, and which that is: two lanes may share one. */
  deadLetters?: number;
  deadLetterQueue?: string;
  /** Since which check there was a message waiting at every check. */
  waitingSince?: number;
}

export interface ProviderHealth {
  provider: Provider;
  channel: Channel;
  finding: Finding;
  latencyMs: number;
  /** What is wrong: the provider's code or ours, and words without secrets. */
  code?: string;
  message?: string;
}

export interface HealthSnapshot {
  at: number;
  tables: TableHealth[];
  queues: QueueHealth[];
  providers: ProviderHealth[];
}

export type Circuits = ReadonlyMap<CircuitName, Circuit>;
export type HealthStatus = 'ok' | 'degraded' | 'down';

export const isStale = (snapshot: HealthSnapshot, now: number): boolean => now - snapshot.at > SNAPSHOT_STALE;

/** Whether sends may go to the provider now, be it the one probe; what the checks say is another matter. */
const isAdmitted = (circuit: Circuit, now: number): boolean => admit(circuit, now, 0, rules()) !== 'skip';

/** Channels none of whose providers can be used now. A check that could not be made is no reason. */
export function channelsDown(providers: readonly ProviderHealth[], circuits: Circuits, now: number): Channel[] {
  const channels = [...new Set(PROVIDERS_IN_USE.map(({ channel }) => channel))];
  return channels.filter((channel) =>
    PROVIDERS_IN_USE.filter((one) => one.channel === channel).every((one) => !works(one, providers, circuits, now)),
  );
}

function works(
  { provider, channel }: { provider: Provider; channel: Channel },
  providers: readonly ProviderHealth[],
  circuits: Circuits,
  now: number,
): boolean {
  const found = providers.find((one) => one.provider === provider && one.channel === channel);
  const circuit = circuits.get(circuitName(provider, channel)) ?? NEW_CIRCUIT;
  return found?.finding !== 'failing' && isAdmitted(circuit, now);
}

/**
 * The word of GET /health, given that the table answers. `down`: pages cannot be accepted, or no provider of any channel
 * works. `degraded`: a provider does not work while another does, something else fails, or nobody has looked lately.
 */
export function overallStatus(snapshot: HealthSnapshot | undefined, circuits: Circuits, now: number): HealthStatus {
  const current = snapshot && !isStale(snapshot, now) ? snapshot : undefined;
  const providers = current?.providers ?? [];
  const working = PROVIDERS_IN_USE.filter((one) => works(one, providers, circuits, now));
  const refuses = current?.queues.some(({ takesPages, finding }) => takesPages && finding === 'failing');
  if (refuses || working.length === 0) return 'down';
  const isWell = ({ finding }: { finding: Finding }) => finding === 'ok';
  const allWell = current && [...current.tables, ...current.queues, ...current.providers].every(isWell);
  return allWell && working.length === PROVIDERS_IN_USE.length ? 'ok' : 'degraded';
}

/** Sums over the queues as last seen. Retries wait in the lanes as delayed messages. */
export function queueTotals(queues: readonly QueueHealth[]) {
  const lanes = queues.filter(({ takesPages }) => takesPages);
  const sum = (list: readonly QueueHealth[], field: keyof QueueDepth) =>
    list.reduce((total, queue) => total + (queue[field] ?? 0), 0);
  const deadLetters = new Map(queues.map((queue) => [queue.deadLetterQueue, queue.deadLetters ?? 0]));
  return {
    activeRetries: sum(lanes, 'delayed'),
    pendingDispatches: sum(lanes, 'visible'),
    inFlight: sum(queues, 'inFlight'),
    deadLetters: [...deadLetters.values()].reduce((total, count) => total + count, 0),
  };
}

/**
 * Since when messages have been waiting, as far as checks can tell: the age of the oldest message is no attribute of an
 * SQS queue (alarms watch it in CloudWatch). Undefined when none waits or the depth is not known.
 */
export function waitingSince(
  queue: QueueHealth,
  previous: HealthSnapshot | undefined,
  now: number,
): number | undefined {
  if (!queue.visible) return undefined;
  return previous?.queues.find(({ name }) => name === queue.name)?.waitingSince ?? now;
}
