/** Lets messages take their later statuses and reports each to its callback URL, signed, in order per message. */
import { createHmac, randomUUID } from 'node:crypto';
import type { Message, Step, Store } from '../store.ts';

export interface Callbacks {
  /** Call after a message was accepted. */
  wake(): void;
  stop(): Promise<void>;
}

/**
 * Twilio gives up on a URL nobody listens on; here that is the API that is still starting after a kill, so it is tried
 * again every second for ten minutes.
 */
export const REFUSED = { everyMs: 1_000, forMs: 600_000 };
/** Waits before Twilio's own repeats, from the first on. */
const backoff = (tries: number) => 250 * 2 ** tries;

export function startCallbacks(store: Store, authToken: string): Callbacks {
  const busy = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  const startedAt = Date.now();
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    clearTimeout(timer);
    if (stopping.signal.aborted) return;
    for (const step of store.dueSteps(Date.now())) {
      if (busy.has(step.sid)) continue;
      const done = take(step).then(
        () => free(step, 0),
        () => free(step, 1_000),
      );
      busy.set(step.sid, done);
    }
    const due = store.nextDue();
    // What is busy wakes us when it is done; without the floor its overdue step would make this spin.
    if (due !== undefined) timer = setTimeout(wake, Math.max(due - Date.now(), 20));
  }

  /** Lets the message's next step come; after a failure of ours (a full disk) with a pause, so that it cannot spin. */
  function free(step: Step, pauseMs: number): void {
    busy.delete(step.sid);
    clearTimeout(timer);
    if (pauseMs === 0) wake();
    else timer = setTimeout(wake, pauseMs);
  }

  async function take(step: Step): Promise<void> {
    if (step.tries === 0) store.setStatus(step.sid, step.status, step.errorCode, Date.now());
    const message = store.message(step.sid);
    if (!message?.callbackUrl || !step.callsBack) return store.finish(step);
    const outcome = await postForm(message.callbackUrl, fields(message, step), authToken, stopping.signal);
    if (stopping.signal.aborted) return;
    const now = Date.now();
    if (outcome === 'refused' && now - Math.max(message.createdAt, startedAt) < REFUSED.forMs) {
      return store.postpone(step, now + REFUSED.everyMs, step.tries);
    }
    const again = retryAt(message.callbackUrl, outcome, step.tries, now);
    if (again !== undefined) return store.postpone(step, again, step.tries + 1);
    store.finish(step);
  }

  wake();
  return {
    wake,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await Promise.allSettled(busy.values());
    },
  };
}

/** The connection overrides in a callback URL's fragment: retry count, retry policy, timeouts in milliseconds. */
function tuning(url: string) {
  const overrides = new URLSearchParams(url.split('#')[1] ?? '');
  const number = (name: string, fallback: number, max: number) =>
    Math.min(/^\d+$/.test(overrides.get(name) ?? '') ? Number(overrides.get(name)) : fallback, max);
  return {
    retries: number('rc', 1, 5),
    policy: new Set((overrides.get('rp') ?? 'ct').split(',')),
    timeoutMs: number('ct', 5_000, 10_000) + number('rt', 15_000, 15_000),
  };
}

type Outcome = 'done' | 'refused' | 'ct' | 'rt' | '4xx' | '5xx';

/** When Twilio repeats a callback that was not taken; undefined when it does not. */
export function retryAt(callbackUrl: string, outcome: Outcome, tries: number, now: number): number | undefined {
  const { retries, policy } = tuning(callbackUrl);
  const again = policy.has('all') || policy.has(outcome);
  return outcome !== 'done' && again && tries < retries ? now + backoff(tries) : undefined;
}

/** Posts a form as Twilio does, signed for the URL without its fragment. Never rejects. */
export async function postForm(
  callbackUrl: string,
  form: Record<string, string>,
  authToken: string,
  stopping: AbortSignal,
): Promise<Outcome> {
  const url = callbackUrl.split('#')[0] ?? '';
  const signature = sign(authToken, url, form);
  try {
    const reply = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'User-Agent': 'TwilioProxy/1.1',
        'I-Twilio-Idempotency-Token': randomUUID(),
        'X-Twilio-Signature': signature,
      },
      body: new URLSearchParams(form),
      signal: AbortSignal.any([stopping, AbortSignal.timeout(tuning(callbackUrl).timeoutMs)]),
    });
    await reply.arrayBuffer();
    if (reply.status < 400) return 'done';
    return reply.status < 500 ? '4xx' : '5xx';
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return 'rt';
    return (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED' ? 'refused' : 'ct';
  }
}

function fields(m: Message, step: Step): Record<string, string> {
  return {
    AccountSid: m.accountSid,
    ApiVersion: '2010-04-01',
    ...(step.errorCode !== null && { ErrorCode: String(step.errorCode) }),
    From: m.sender,
    MessageSid: m.sid,
    MessageStatus: step.status,
    ...(m.serviceSid !== null && { MessagingServiceSid: m.serviceSid }),
    // The carrier's own time, YYMMDDhhmm, comes with its report only.
    ...(step.status === 'delivered' && {
      RawDlrDoneDate: new Date().toISOString().replace(/\D/g, '').slice(2, 12),
    }),
    SmsSid: m.sid,
    SmsStatus: step.status,
    To: m.to,
  };
}

/** Twilio's signature: HMAC-SHA1 over the URL without its fragment and the fields in the order of their names. */
export function sign(authToken: string, url: string, form: Readonly<Record<string, string>>): string {
  const names = Object.keys(form).sort();
  const data = names.reduce((text, name) => text + name + form[name], url);
  return createHmac('sha1', authToken).update(data, 'utf8').digest('base64');
}
