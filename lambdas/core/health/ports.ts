/** What health checks need of the world. */

import type { Channel, Provider } from '../page/page.ts';
import type { Fault } from '../providers/fault.ts';
import type { HealthSnapshot } from './health.ts';

/** The latest findings of the health checks. */
export interface HealthStore {
  /** May be a second old; undefined before the first check. */
  read(): Promise<HealthSnapshot | undefined>;
  /** Keeps it unless a later one is there. */
  write(snapshot: HealthSnapshot): Promise<void>;
}

/**
 * What a look at a provider found. `limited`: it takes sends, and cannot carry all that the deployment needs of it, such
 * as an account in a sandbox; the message says what to do, and no circuit hears of it. `unknown`: the look could not be taken, which says nothing about the provider; with
 * the code, because this deployment has no settings for it, and the message says which.
 */
export type CheckResult =
  | ({ finding: 'ok' } & Told)
  | { finding: 'failing'; fault: Fault }
  | Limited
  | { finding: 'unknown'; message: string; code?: 'not_set_up' };

/** What a look at the set-up tells beside its finding. */
interface Told {
  /** Numbers that its texts or calls come from, E.164; absent where they were not asked for. */
  numbers?: readonly string[];
}

export interface Limited extends Told {
  finding: 'limited';
  /** Ours: `sandbox`, `spend_limit`, `replies_not_wired`, …. */
  code: string;
  message: string;
}

/** Looks whether a provider would take sends, without sending. Takes at most a provider's timeout, never throws. */
export interface ProviderCheck {
  readonly provider: Provider;
  readonly channel: Channel;
  check(): Promise<CheckResult>;
}
