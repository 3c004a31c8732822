/**
 * A provider on a channel as GET /providers shows it (docs/spec/api.md#health): its circuit, its pin, and what the last
 * check found.
 */
import { type Circuit, faultsSoFar, NEW_CIRCUIT } from '../../core/circuit/circuit.ts';
import { type ProviderOnChannel, providersOn } from '../../core/circuit/providers-of-channel.ts';
import type { HealthSnapshot, Known } from '../../core/health/health.ts';
import type { ProviderState } from '../api.gen.ts';

export const providerViews = ({ channels, circuits, snapshot }: Known, now: number): ProviderState[] =>
  providersOn(channels).map((one) => providerView(one, circuits.get(one.circuit) ?? NEW_CIRCUIT, snapshot, now));

/**
 * `state` is the one in force: a pin decides it, whatever automation makes of it meanwhile. Where nobody checks, as
 * with Teams, whose webhooks cannot be asked without posting, only the circuit tells whether the provider is well.
 */
export function providerView(
  { provider, channel }: ProviderOnChannel,
  circuit: Circuit,
  snapshot: HealthSnapshot | undefined,
  now: number,
): ProviderState {
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
