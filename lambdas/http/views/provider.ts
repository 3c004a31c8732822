/** A provider on a channel as GET /providers shows it (contract §4): its circuit, its pin, and what the last check found. */
import { type Circuit, faultsSoFar, NEW_CIRCUIT } from '../../core/circuit/circuit.ts';
import { type ProviderOnChannel, providersOn } from '../../core/circuit/providers-of-channel.ts';
import type { Finding, HealthSnapshot, Known } from '../../core/health/health.ts';

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

export const providerViews = ({ channels, circuits, snapshot }: Known, now: number): ProviderView[] =>
  providersOn(channels).map((one) => providerView(one, circuits.get(one.circuit) ?? NEW_CIRCUIT, snapshot, now));

/**
 * `state` is the one in force: a pin decides it, whatever automation makes of it meanwhile. Where nobody checks, as with
 * Teams, whose webhooks cannot be asked without posting, only the circuit tells whether the provider is well.
 */
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
    consecutiveFaults: faultsSoFar(circuit, now),
    ...(!pin && circuit.status === 'OPEN' && { openUntil: iso(circuit.openUntil) }),
    ...(reason !== undefined && { reason }),
    healthy: check ? check.finding !== 'failing' : state === 'CLOSED',
    check: check?.finding ?? 'unknown',
    ...(check?.code !== undefined && { checkCode: check.code }),
    ...(check?.message !== undefined && { checkMessage: check.message }),
    ...(snapshot && check && { lastCheckAt: iso(snapshot.at), latencyMs: check.latencyMs }),
  };
}

const iso = (at: number): string => new Date(at).toISOString();
