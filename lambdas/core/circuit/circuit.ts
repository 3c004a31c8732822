/**
 * The circuit of one provider on one channel (docs/spec/delivery.md#failover; ADR 5): opens on three consecutive faults
 * within a minute or at once on an account fault, lets one probe through after a minute, closes on the probe's success.
 * A circuit whose sender was disabled lets one page an hour through, and closes when the provider takes that page's
 * message. Pure: states in, states out, times in epoch milliseconds.
 */

import type { Channel, Provider } from '../page/page.ts';
import type { Rules } from '../rules.ts';
import { FIXED } from '../rules.ts';
import { isOneOf } from '../versions.ts';

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
  /** The provider refuses our sender, for the reason given: only a message that it takes closes the circuit again. */
  disabled?: true;
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
      return now < probedFrom(circuit, rules) ? 'skip' : 'probe';
    case 'HALF_OPEN':
      return now < circuit.probeUntil ? 'skip' : 'probe';
    default:
      // A state of a newer version (ADR 18): not knowing a circuit stops no page, as with a table in trouble.
      return 'send';
  }
}

/** A sender that was disabled by a version without the hourly probe stays off until the year 9999. */
const probedFrom = ({ openedAt, openUntil }: { openedAt: number; openUntil: number }, { senderProbe }: Rules): number =>
  Math.min(openUntil, openedAt + senderProbe);

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
  const probeUntil = now + FIXED.lease;
  return next(circuit, { status: 'HALF_OPEN', openedAt, reason, faultCount, probeUntil, ...disabledOf(circuit) });
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
    // What the provider's trouble hides is still a refused sender: the next look at it is an hour away, as before.
    if (isDisabled(circuit)) return disabledUntil(circuit, circuit.reason, faultCount, now, rules);
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
 * The provider refuses our sender. A person mends the sender and pins the circuit; until then one page an hour finds
 * out whether the provider has changed its mind (docs/spec/delivery.md#after-sent). News of a sender that is off
 * already changes nothing, so that late receipts do not put the next probe off.
 */
export function disable(circuit: Circuit, code: string, now: number, rules: Rules): Circuit {
  if (isNewer(circuit) || (circuit.status === 'OPEN' && isDisabled(circuit))) return circuit;
  // Refusing a sender is no fault that counts.
  return disabledUntil(circuit, code, faultsSoFar(circuit, now), now, rules);
}

const disabledUntil = (circuit: Circuit, reason: string, faultCount: number, now: number, rules: Rules): Circuit =>
  next(circuit, {
    status: 'OPEN',
    openedAt: now,
    openUntil: now + rules.senderProbe,
    reason,
    faultCount,
    disabled: true,
  });

type OfDisabledSender = Extract<Circuit, NotClosed>;
const isDisabled = (circuit: Circuit): circuit is OfDisabledSender =>
  circuit.status !== 'CLOSED' &&
  (circuit.disabled === true || (circuit.status === 'OPEN' && circuit.openUntil >= UNTIL_PINNED));
const disabledOf = (circuit: Circuit): { disabled?: true } => (isDisabled(circuit) ? { disabled: true } : {});

/** What versions without the hourly probe wrote as the end of a disabled sender: the end of the year 9999. */
const UNTIL_PINNED = Date.UTC(9999, 11, 31);

/**
 * The provider answered: that clears the faults before it, or closes the circuit if it was the probe's. Of a disabled
 * sender only a message that was taken says that it may send again; a refusal that is about the recipient does not.
 * @param accepted whether the provider took the message
 */
export function onSuccess(
  circuit: Circuit,
  { wasProbe, accepted }: { wasProbe: boolean; accepted: boolean },
  now: number,
  rules: Rules,
): Circuit {
  if (circuit.status === 'HALF_OPEN' && wasProbe) {
    if (isDisabled(circuit) && !accepted) {
      return disabledUntil(circuit, circuit.reason, faultsSoFar(circuit, now), now, rules);
    }
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
