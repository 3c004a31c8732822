/** Ports under a handler that dies at a call of the test's choice, and what it would have done after that is not done. */
import { type Surroundings, wrapCalls } from './late-ports.ts';

export function mortalPorts() {
  let made = 0;
  let fatal = Number.POSITIVE_INFINITY;
  let isAfterEffect = false;
  let isDead = false;
  /** Handlers that run now. What tests call beside them always lives. */
  let running = 0;
  const died: string[] = [];

  const surroundings: Surroundings = {
    port: (name, port) =>
      wrapCalls(port, async (method, call) => {
        if (running === 0) return call();
        if (isDead) throw new Error('killed');
        made += 1;
        const isFatal = made === fatal;
        const result = isFatal && !isAfterEffect ? undefined : await call();
        if (!isFatal) return result;
        isDead = true;
        died.push(`${name}.${method}`);
        throw new Error('killed');
      }),
    handler:
      (_, handle) =>
      async (...args) => {
        running += 1;
        try {
          return await handle(...args);
        } finally {
          running -= 1;
          isDead = false;
        }
      },
  };

  return {
    surroundings,
    /** The names of the calls at which a handler died. */
    died,
    /** From now on the handler dies at the n-th call of any port, before or after the call's effect. */
    dieAt(n: number, after: boolean): void {
      [made, fatal, isAfterEffect] = [0, n, after];
    },
    /** Calls since `dieAt`. */
    made: () => made,
  };
}
