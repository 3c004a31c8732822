import type { RecordHandler } from '../runtime/sqs-handler.ts';
import { createReevaluateHolds } from '../suppression/reevaluate-holds.ts';
import { createRelease, createSweep } from '../suppression/release.ts';
import { type FailurePorts, failuresOf } from './failures.ts';
import type { Ports, Settings } from './ports.ts';

export type ReleasePorts = FailurePorts &
  Pick<Ports, 'recipients' | 'codes' | 'windows' | 'holds' | 'schedules' | 'queue' | 'releases' | 'logger' | 'count'>;

/** Lets held pages go: by a message about one recipient, and by the sweep that finds what such messages have missed. */
export function releasing(
  ports: ReleasePorts,
  settings: Pick<Settings, 'rules' | 'available'>,
): { release: RecordHandler; sweep: () => Promise<void> } {
  const { afterFailure } = failuresOf(ports, settings);
  const reevaluate = createReevaluateHolds({ ...ports, ...settings, afterFailure });
  return { release: createRelease({ ...ports, reevaluate }), sweep: createSweep(ports) };
}
