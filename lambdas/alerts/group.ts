import type { OperationsAlert } from '../core/alerts/alert.ts';
import type { AlertQueue, AlertWindows, WindowOver } from '../core/alerts/ports.ts';
import { type AlertGroup, type AlertStep, type AlertWindow, onAlert, onOver, told } from '../core/alerts/window.ts';
import type { Clock } from '../core/clock.ts';
import type { Rules } from '../core/rules.ts';
import { updateWithRetry } from '../use-cases/update-with-retry.ts';

interface Deps {
  windows: AlertWindows;
  queue: AlertQueue;
  /** Tells operations what the window's opening has to tell. Throws if anybody could not be told. */
  tell: (group: AlertGroup, window: AlertWindow) => Promise<void>;
  rules: Rules;
  clock: Clock;
}

/** Only other copies of the function write the same window, and of their writes one succeeds each time. */
const MAX_ATTEMPTS = 50;

/**
 * Groups alerts by cause. Each change of a window is one conditional write. The message that ends a window is sent before
 * the window is opened, and what was opened is marked as told afterwards: a crash in between makes operations hear it
 * twice, and never not at all.
 */
export function createGroup({ windows, queue, tell, rules, clock }: Deps) {
  const every = rules.alertEvery;

  async function change(group: AlertGroup, decide: (window: AlertWindow | undefined) => AlertStep): Promise<void> {
    const done = await updateWithRetry({
      load: () => windows.get(group),
      decide,
      save: async (before, step) => {
        if (step.do === 'nothing' || step.do === 'tell') return 'saved';
        if (step.do === 'open') await queue.send({ kind: 'WINDOW_OVER', group, start: step.window.start }, every);
        return windows.save(group, before, step.window);
      },
      maxAttempts: MAX_ATTEMPTS,
    });
    if (!done) {
      throw new Error(`the alerts of ${group.kind} ${group.cause} changed ${MAX_ATTEMPTS} times while one was counted`);
    }
    const { decision: step } = done;
    if (step.do === 'tell' || step.do === 'open') await tellNow(group, step.window);
  }

  async function tellNow(group: AlertGroup, window: AlertWindow): Promise<void> {
    await tell(group, window);
    // Others may have counted into it meanwhile.
    for (let now: AlertWindow | undefined = window; now?.start === window.start && !now.told; ) {
      if ((await windows.save(group, now, told(now))) === 'saved') return;
      now = await windows.get(group);
    }
  }

  return {
    /** `again`: the message has been received before. */
    alert: ({ kind, cause, ...alert }: OperationsAlert, again: boolean): Promise<void> =>
      change({ kind, cause }, (window) => onAlert(window, alert, { now: clock.now(), every, again })),
    over: ({ group, start }: WindowOver, again: boolean): Promise<void> =>
      change(group, (window) => onOver(window, start, { now: clock.now(), every, again })),
  };
}
