/** What the owner of a simulated provider's account has set up there: kept over restarts, changed by PUT. */
import { Problem } from '../cloud/http.ts';
import type { Store } from './store.ts';

type Value = boolean | number | string | string[];

/** Settings of one account; what is not set has the value that the account came with. */
export class AccountSettings<T extends Record<string, Value>> {
  private readonly store: Store;
  private readonly key: string;
  private readonly initial: T;
  constructor(store: Store, provider: string, initial: T) {
    this.store = store;
    this.key = `${provider}/account`;
    this.initial = initial;
  }

  get current(): T {
    return { ...this.initial, ...this.changed };
  }

  private get changed(): Partial<T> {
    return JSON.parse(this.store.mode(this.key) ?? '{}') as Partial<T>;
  }

  /** Changes what the body names. Throws Problem 400 for what is no setting, or has another type than it should. */
  change(body: string): T {
    let given: unknown;
    try {
      given = JSON.parse(body);
    } catch {
      throw new Problem(400, 'Bad JSON', 'The body is not JSON.');
    }
    if (typeof given !== 'object' || given === null) throw new Problem(400, 'Invalid', 'The body must be an object.');
    for (const [name, value] of Object.entries(given)) {
      const known = this.initial[name];
      const isAlike = Array.isArray(known) ? Array.isArray(value) : typeof value === typeof known;
      if (known === undefined) throw new Problem(400, 'Invalid', `${name} is no setting of the account.`);
      if (!isAlike) throw new Problem(400, 'Invalid', `${name} must be like ${JSON.stringify(known)}.`);
    }
    this.store.setMode(this.key, JSON.stringify({ ...this.changed, ...given }));
    return this.current;
  }
}
