import { Problem } from '../cloud/http.ts';
import type { Store } from './store.ts';

export const MODES = [
  'ok',
  'down',
  'hang',
  'reset',
  'slow',
  'unauthorized',
  'rate-limited',
  'garbage',
  'undelivered',
  'suspended',
  'silent',
] as const;

/** How a simulated provider behaves (docs/spec/local-run.md#simulators). */
export interface Mode {
  mode: (typeof MODES)[number];
  /**
   * With `ok` the call fails with it, with `undelivered` the message comes back with it. In the provider's own words.
   */
  errorCode?: number | string;
  /** How long every answer is held back, milliseconds. */
  latencyMs?: number;
  /** 0..1 of the requests; the others see `ok`. */
  share?: number;
}

/** What is wrong with a value, if anything. */
export type Check = (value: unknown) => string | undefined;

const FIELDS: Record<string, Check> = {
  mode: (v) => (MODES.some((m) => m === v) ? undefined : `must be one of ${MODES.join(', ')}`),
  latencyMs: (v) => (whole(v, 0, 60_000) ? undefined : 'must be whole milliseconds from 0 to 60000'),
  share: (v) => (typeof v === 'number' && v >= 0 && v <= 1 ? undefined : 'must be a number from 0 to 1'),
};
export const whole = (v: unknown, min: number, max: number) =>
  Number.isInteger(v) && Number(v) >= min && Number(v) <= max;

/** Reads the body of `PUT /simulators/{provider}`. Throws Problem 400 that names every bad field. */
export function parseMode(body: string, errorCode: Check): Mode {
  const checks = { ...FIELDS, errorCode };
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Problem(400, 'Bad JSON', 'The body is not JSON.');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Problem(400, 'Invalid', 'The body must be an object with a mode.');
  }
  // An error code alone means: otherwise well.
  const given = { mode: 'errorCode' in json ? 'ok' : undefined, ...json } as Record<string, unknown>;
  // Shells and forms make texts of numbers.
  const code = given.errorCode;
  if (typeof code === 'string' && /^\d+$/.test(code) && errorCode(code)) given.errorCode = Number(code);
  const errors = Object.entries(given).flatMap(([path, value]) => {
    const message = Object.hasOwn(checks, path) ? checks[path as 'errorCode']?.(value) : 'is not a field of a mode';
    return message === undefined ? [] : [{ path, message }];
  });
  if (errors.length > 0) throw new Problem(400, 'Invalid', `${errors[0]?.path} ${errors[0]?.message}.`, { errors });
  return given as unknown as Mode;
}

/** The mode of one provider, kept over restarts. */
export class ModeSwitch {
  private readonly store: Store;
  private readonly provider: string;
  /** Requests the mode owes, in fractions: `share` 0.25 hits every fourth request, not one in four by chance. */
  private owed: Record<string, number> = {};
  current: Mode;
  constructor(store: Store, provider: string) {
    this.store = store;
    this.provider = provider;
    this.current = JSON.parse(store.mode(provider) ?? '{"mode":"ok"}') as Mode;
  }

  set(mode: Mode): void {
    this.store.setMode(this.provider, JSON.stringify(mode));
    this.current = mode;
    this.owed = {};
  }

  /**
   * What the next request of a kind sees. Kinds are counted apart: health checks take nothing from the sends' share.
   */
  next(kind = 'send'): Mode {
    const owed = (this.owed[kind] ?? 0) + (this.current.share ?? 1);
    const hits = owed >= 1 - 1e-9;
    this.owed[kind] = hits ? owed - 1 : owed;
    if (!hits) return { mode: 'ok' };
    return this.current;
  }
}
