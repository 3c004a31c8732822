import type { Log } from '../../lambdas/runtime/logger.ts';

/** A logger and a counter that keep what they are given. */
export function recordedTelemetry() {
  const lines: { level: string; message: unknown; extra: unknown[] }[] = [];
  const counted: string[] = [];
  const write =
    (level: string) =>
    (message: unknown, ...extra: unknown[]) => {
      lines.push({ level, message, extra });
      const { circuit } = (extra[0] ?? {}) as { circuit?: string };
      // Each change of a circuit is a line of the log; tests look for it among what is counted.
      if (circuit !== undefined) counted.push(`${circuit} ${String(message).replace('circuit ', '')}`);
    };
  const logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    appendKeys: () => {},
    resetKeys: () => {},
  } as Log;
  return { logger, count: (metric: string) => void counted.push(metric), lines, counted };
}
