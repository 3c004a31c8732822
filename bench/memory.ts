/** The memory of another process. */
import { execFileSync } from 'node:child_process';

const EVERY_MS = 1_000;

/** Samples what the process holds in memory until `stop`, which answers the most it was: MB of 1024 KB. */
export function watchMemory(pid: number): { stop(): number } {
  let most = 0;
  const sample = () => {
    try {
      const kb = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
      most = Math.max(most, kb / 1_024);
    } catch {
      // It has ended; what was seen before stands.
    }
  };
  sample();
  const timer = setInterval(sample, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      sample();
      return most;
    },
  };
}
