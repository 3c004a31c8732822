import type { Clock } from '../core/ports.ts';
import type { Health } from '../runtime/api.gen.ts';
import type { Handler } from '../runtime/http.ts';

/** How many messages of a queue wait to be taken, and how many wait for their time. */
export interface QueueDepth {
  visible: number;
  delayed: number;
}

interface Deps {
  /** One per lane. */
  depths: readonly (() => Promise<QueueDepth>)[];
  /** Throws when the table does not answer. */
  tableAnswers: () => Promise<unknown>;
  clock: Clock;
}

/** Open to everybody, so it asks its dependencies at most this often. */
const FRESH_MS = 2_000;

/** GET /health: down when pages cannot be accepted, which takes the table and the queues. */
export function createHealth({ depths, tableAnswers, clock }: Deps): Handler {
  let last: { at: number; answer: Promise<Health> } | undefined;

  return async () => {
    if (!last || clock.now() - last.at >= FRESH_MS) last = { at: clock.now(), answer: check() };
    const body = await last.answer;
    return { status: body.status === 'down' ? 503 : 200, body };
  };

  async function check(): Promise<Health> {
    try {
      const [found] = await Promise.all([Promise.all(depths.map((depth) => depth())), tableAnswers()]);
      const total = (of: (depth: QueueDepth) => number) => found.reduce((sum, depth) => sum + of(depth), 0);
      return { status: 'ok', activeRetries: total((d) => d.delayed), pendingDispatches: total((d) => d.visible) };
    } catch {
      return { status: 'down', activeRetries: 0, pendingDispatches: 0 };
    }
  }
}
