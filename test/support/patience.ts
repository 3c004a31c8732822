/**
 * No verdict of a test depends on how fast the machine is: `vi.waitFor` gives up after twenty seconds at the earliest.
 * By default it gives up after one, which a busy machine needs for a few HTTP requests. Waiting longer costs a passing
 * test nothing.
 */
import { vi } from 'vitest';

const PATIENCE_MS = 20_000;

const { waitFor } = vi;
const patientWaitFor: typeof waitFor = (callback, options) => {
  const { timeout = 0, ...others } = typeof options === 'number' ? { timeout: options } : (options ?? {});
  return waitFor(callback, { ...others, timeout: Math.max(timeout, PATIENCE_MS) });
};
// A worker without isolation runs this for each of its files, over one `vi`.
if (waitFor.name !== patientWaitFor.name) vi.waitFor = patientWaitFor;
