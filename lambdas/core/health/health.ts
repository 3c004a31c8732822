/**
 * What the health checks found, and what follows from it (docs/spec/api.md#health). One snapshot is written every 30 s;
 * whoever asks reads that. Pure: findings in, a word and totals out. Times are epoch milliseconds.
 */
import { admit, type Circuit, type CircuitName, NEW_CIRCUIT } from '../circuit/circuit.ts';
import { type ProviderOnChannel, providersOn } from '../circuit/providers-of-channel.ts';
import type { Channel, Provider } from '../page/page.ts';
import { rules } from '../rules.ts';

/** The second check of a minute comes this long after the first: EventBridge Scheduler knows nothing finer. */
export const CHECK_GAP = 30_000;
/** A snapshot older than this says nothing about now: four checks in a row are missing. */
export const SNAPSHOT_STALE = 120_000;
/** A lane in which messages wait for this long at every check is not being drained; its alarm uses the same number. */
export const STUCK_AFTER = 120_000;

/** Code of a provider that this deployment has no settings for. Nobody is to be woken for it, and nothing opens. */
export const NOT_SET_UP = 'not_set_up';

/**
 * `limited`: it works, and not for everybody: a person has to mend its set-up. `unknown`: the check itself could not be
 * made, which says nothing about what was to be checked.
 */
export type Finding = 'ok' | 'limited' | 'failing' | 'unknown';

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
  /** The channel that it is a lane of: its pages are accepted only when they lie in there. */
  channel?: Channel;
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
  /** Numbers that its texts or calls come from, as they were told last; for the contact card. */
  numbers?: readonly string[];
}

export interface HealthSnapshot {
  at: number;
  tables: TableHealth[];
  queues: QueueHealth[];
  providers: ProviderHealth[];
}

/** Every number that pages may come from, as the checks have found them; none before the first check. */
export const numbersOf = (snapshot: HealthSnapshot | undefined): readonly string[] =>
  snapshot?.providers.flatMap(({ numbers = [] }) => numbers) ?? [];

export type Circuits = ReadonlyMap<CircuitName, Circuit>;

/** What is known of a deployment. */
export interface Known {
  /** The ones it has. */
  channels: readonly Channel[];
  /** Undefined before the first check. */
  snapshot: HealthSnapshot | undefined;
  circuits: Circuits;
}
export type HealthStatus = 'ok' | 'degraded' | 'down';

export const isStale = (snapshot: HealthSnapshot, now: number): boolean => now - snapshot.at > SNAPSHOT_STALE;

/** Whether sends may go to the provider now, be it the one probe; what the checks say is another matter. */
const isAdmitted = (circuit: Circuit, now: number): boolean => admit(circuit, now, 0, rules()) !== 'skip';

type Usable = 'works' | 'fails' | 'not_set_up';

/** A check that could not be made is no reason not to use a provider. */
function usable({ provider, channel, circuit }: ProviderOnChannel, { snapshot, circuits }: Known, now: number): Usable {
  const found = snapshot?.providers.find((one) => one.provider === provider && one.channel === channel);
  if (found?.code === NOT_SET_UP) return 'not_set_up';
  const works = found?.finding !== 'failing' && isAdmitted(circuits.get(circuit) ?? NEW_CIRCUIT, now);
  return works ? 'works' : 'fails';
}

const providersOf = (channel: Channel, known: Known, now: number): Usable[] =>
  providersOn([channel]).map((one) => usable(one, known, now));

/** Channels of which at least one provider is set up and none can be used now. */
export const channelsDown = (known: Known, now: number): Channel[] =>
  known.channels.filter((channel) => {
    const providers = providersOf(channel, known, now);
    return providers.includes('fails') && !providers.includes('works');
  });

const isWell = ({ finding, code }: { finding: Finding; code?: string }) => finding === 'ok' || code === NOT_SET_UP;
const isStuck = ({ channel, waitingSince }: QueueHealth, at: number): boolean =>
  channel !== undefined && waitingSince !== undefined && at - waitingSince >= STUCK_AFTER;

/**
 * The word of GET /health, given that the table answers. `down`: no channel has both a provider that works and lanes
 * that take its pages. `degraded`: a provider does not work while another does, a lane is not drained, something else
 * fails, or nobody has looked lately. Providers that are not set up are left out of it.
 */
export function overallStatus(latest: Known, now: number): HealthStatus {
  const { channels, snapshot, circuits } = latest;
  const current = snapshot && !isStale(snapshot, now) ? snapshot : undefined;
  const known: Known = { channels, snapshot: current, circuits };
  const refuses = (channel: Channel) =>
    current?.queues.some((queue) => queue.channel === channel && queue.finding === 'failing') ?? false;
  const canSend = (channel: Channel) => providersOf(channel, known, now).includes('works') && !refuses(channel);
  if (!channels.some(canSend)) return 'down';
  const allWell =
    current &&
    [...current.tables, ...current.queues, ...current.providers].every(isWell) &&
    !current.queues.some((queue) => isStuck(queue, current.at)) &&
    providersOn(channels).every((one) => usable(one, known, now) !== 'fails');
  return allWell ? 'ok' : 'degraded';
}

/** Sums over the queues as last seen. Retries wait in the lanes as delayed messages. */
export function queueTotals(queues: readonly QueueHealth[]) {
  const lanes = queues.filter(({ channel }) => channel !== undefined);
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
