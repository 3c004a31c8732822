/** A provider on a channel as GET /providers shows it (contract §4): its circuit, its pin, and what the last check found. */
import { type Circuit, NEW_CIRCUIT } from './breaker.ts';
import { PROVIDERS_IN_USE, type ProviderOnChannel } from './chains.ts';
import type { Circuits, Finding, HealthSnapshot } from './health.ts';
import { FIXED } from './rules.ts';

export interface ProviderView {
  name: string;
  channel: string;
  state: Circuit['status'];
  mode: 'auto' | 'open' | 'closed';
  consecutiveFaults: number;
  openUntil?: string;
  reason?: string;
  healthy: boolean;
  check: Finding;
  checkCode?: string;
  checkMessage?: string;
  lastCheckAt?: string;
  latencyMs?: number;
}

export const providerViews = (circuits: Circuits, snapshot: HealthSnapshot | undefined, now: number): ProviderView[] =>
  PROVIDERS_IN_USE.map((one) => providerView(one, circuits.get(one.circuit) ?? NEW_CIRCUIT, snapshot, now));

/** `state` is the one in force: a pin decides it, whatever automation makes of it meanwhile. */
export function providerView(
  { provider, channel }: ProviderOnChannel,
  circuit: Circuit,
  snapshot: HealthSnapshot | undefined,
  now: number,
): ProviderView {
  const { pin } = circuit;
  const state = pin ? (pin.mode === 'open' ? 'OPEN' : 'CLOSED') : circuit.status;
  const check = snapshot?.providers.find((one) => one.provider === provider && one.channel === channel);
  const reason = pin?.reason ?? (circuit.status === 'CLOSED' ? undefined : circuit.reason);
  return {
    name: provider,
    channel,
    state,
    mode: pin?.mode ?? 'auto',
    consecutiveFaults: consecutiveFaults(circuit, now),
    ...(!pin && circuit.status === 'OPEN' && { openUntil: iso(circuit.openUntil) }),
    ...(reason !== undefined && { reason }),
    healthy: check?.finding !== 'failing',
    check: check?.finding ?? 'unknown',
    ...(check?.code !== undefined && { checkCode: check.code }),
    ...(check?.message !== undefined && { checkMessage: check.message }),
    ...(snapshot && check && { lastCheckAt: iso(snapshot.at), latencyMs: check.latencyMs }),
  };
}

/** An open circuit does not go on counting: it stands at what opened it, or would have. */
function consecutiveFaults(circuit: Circuit, now: number): number {
  if (circuit.status !== 'CLOSED') return FIXED.faultsToOpen;
  return circuit.faults.filter((at) => now - at < FIXED.faultWindow).length;
}

const iso = (at: number): string => new Date(at).toISOString();
