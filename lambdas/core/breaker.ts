/**
 * The circuit of one provider on one channel (contract §2, "Failover"; ADR 5): opens on three consecutive faults within
 * a minute or at once on an account fault, lets one probe through after a minute, closes on the probe's success.
 * Pure: states in, states out, times in epoch milliseconds.
 */
import { isOneOf } from './newer.ts';
import type { Channel, Provider } from './page/page.ts';
import type { Rules } from './rules.ts';
import { FIXED } from './rules.ts';

export type CircuitName = `${Provider}/${Channel}`;
export const circuitName = (provider: Provider, channel: Channel): CircuitName => `${provider}/${channel}`;

export interface Pin {
  mode: 'open' | 'closed';
  reason: string;
  by: string;
  at: number;
}

interface Shared {
  /** 0 for a circuit that was never written. */
  version: number;
  pin?: Pin;
}

interface NotClosed {
  openedAt: number;
  reason: string;
  /** Faults in a row: those it opened with, and every failed probe since. Absent where it was not kept yet. */
  faultCount?: number;
}

export type Circuit = Shared &
  (
    | { status: 'CLOSED'; faults: number[]; closedAt?: number }
    | (NotClosed & { status: 'OPEN'; openUntil: number })
    | (NotClosed & { status: 'HALF_OPEN'; probeUntil: number })
  );

export const NEW_CIRCUIT: Circuit = { status: 'CLOSED', faults: [], version: 0 };

export type Admission = 'send' | 'probe' | 'skip';

/**
 * Whether a send may go to the provider now. `probe` asks for `claimProbe`, which only one wins.
 * @param ticket in [0, 1), the same for the same delivery: who is let through while the circuit ramps up
 */
export function admit(circuit: Circuit, now: number, ticket: number, rules: Rules): Admission {
  if (circuit.pin?.mode === 'closed') return 'send';
  if (circuit.pin?.mode === 'open') return 'skip';
  switch (circuit.status) {
    case 'CLOSED':
      return ticket < rampShare(circuit.closedAt, now, rules) ? 'send' : 'skip';
    case 'OPEN':
      return now < circuit.openUntil ? 'skip' : 'probe';
    case 'HALF_OPEN':
      return now < circuit.probeUntil ? 'skip' : 'probe';
    default:
      // A state of a newer version (ADR 18): not knowing a circuit stops no page, as with a table in trouble.
      return 'send';
  }
}

/** Share of sends let through after the circuit closed again: a herd would open it at once (reference on recovery). */
function rampShare(closedAt: number | undefined, now: number, { rampSteps, rampStep }: Rules): number {
  if (closedAt === undefined) return 1;
  // A clock that is behind has not reached the first step yet.
  return rampSteps[Math.floor(Math.max(0, now - closedAt) / rampStep)] ?? 1;
}

/** A state of a newer version is left as it is. */
const isNewer = ({ status }: Circuit): boolean => !isOneOf(STATUSES, status);
const STATUSES: readonly Circuit['status'][] = ['CLOSED', 'OPEN', 'HALF_OPEN'];

/** Takes the one probe; the caller saves it on condition of the version, and only the winner sends. */
export function claimProbe(circuit: Circuit, now: number): Circuit {
  if (circuit.status === 'CLOSED' || isNewer(circuit)) return circuit;
  const { openedAt, reason } = circuit;
  const faultCount = faultsSoFar(circuit, now);
  return next(circuit, { status: 'HALF_OPEN', openedAt, reason, faultCount, probeUntil: now + FIXED.lease });
}

/** A fault that counts. `opensAtOnce` for account faults. While it is open, faults of earlier sends change nothing. */
export function onFault(
  circuit: Circuit,
  fault: { opensAtOnce: boolean; code: string; wasProbe: boolean },
  now: number,
  rules: Rules,
): Circuit {
  const opened = (): Circuit => {
    const faultCount = faultsSoFar(circuit, now) + 1;
    const openUntil = now + rules.circuitOpen;
    return next(circuit, { status: 'OPEN', openedAt: now, openUntil, reason: fault.code, faultCount });
  };
  if (circuit.status === 'OPEN' || isNewer(circuit)) return circuit;
  if (circuit.status === 'HALF_OPEN') return fault.wasProbe ? opened() : circuit;
  const faults = [...recent(circuit.faults, now), now].slice(-FIXED.faultsToOpen);
  if (fault.opensAtOnce || faults.length >= FIXED.faultsToOpen) return opened();
  return next(circuit, { ...closedSince(circuit), status: 'CLOSED', faults });
}

/**
 * The provider refuses our sender: no probe would change that, so it stays open until a person has mended the sender and
 * pins the circuit (contract §4: "a sender disabled by a code is enabled again by a pin").
 */
export function disable(circuit: Circuit, code: string, now: number): Circuit {
  if (isNewer(circuit) || (circuit.status === 'OPEN' && circuit.openUntil === UNTIL_PINNED)) return circuit;
  // Refusing a sender is no fault that counts.
  const faultCount = faultsSoFar(circuit, now);
  return next(circuit, { status: 'OPEN', openedAt: now, openUntil: UNTIL_PINNED, reason: code, faultCount });
}

/** The end of the year 9999: a time that every clock, store and format can hold. */
const UNTIL_PINNED = Date.UTC(9999, 11, 31);

/** A success: clears the faults before it, or closes the circuit if it was the probe. */
export function onSuccess(circuit: Circuit, { wasProbe }: { wasProbe: boolean }, now: number): Circuit {
  if (circuit.status === 'HALF_OPEN' && wasProbe) {
    return next(circuit, { status: 'CLOSED', faults: [], closedAt: now });
  }
  if (circuit.status !== 'CLOSED' || circuit.faults.length === 0) return circuit;
  return next(circuit, { ...closedSince(circuit), status: 'CLOSED', faults: [] });
}

/** A pin outranks automation until it is taken off; taking it off starts with a closed circuit. */
export function withPin(circuit: Circuit, pin: Pin | undefined): Circuit {
  const { pin: _, ...rest } = circuit;
  if (pin) return { ...rest, pin, version: circuit.version + 1 };
  return { status: 'CLOSED', faults: [], version: circuit.version + 1 };
}

const recent = (faults: readonly number[], now: number): number[] =>
  faults.filter((at) => now - at < FIXED.faultWindow);

/**
 * Faults in a row: of the last minute while it is closed; else those it opened with, and the failed probes since. One
 * that was opened before the count was kept stands at what opens a circuit.
 */
export const faultsSoFar = (circuit: Circuit, now: number): number =>
  circuit.status === 'CLOSED' ? recent(circuit.faults, now).length : (circuit.faultCount ?? FIXED.faultsToOpen);

const closedSince = (circuit: Circuit) =>
  circuit.status === 'CLOSED' && circuit.closedAt !== undefined ? { closedAt: circuit.closedAt } : {};

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
const next = (circuit: Circuit, state: Without<Circuit, keyof Shared>): Circuit =>
  ({ ...state, version: circuit.version + 1, ...(circuit.pin && { pin: circuit.pin }) }) as Circuit;
