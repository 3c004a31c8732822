/** Lets messages take their later statuses and reports each to its callback URL, signed, in order per message. */
import { type Due, LOOK_AT, startDue } from '../due.ts';
import type { Message, Step, Store } from '../store.ts';
import { post } from './post.ts';
import { type Failure, failureOf, tuning } from './webhook.ts';

/**
 * Twilio gives up on a URL nobody listens on; here that is the API that is still starting after a kill, so it is tried
 * again every second for ten minutes.
 */
export const REFUSED = { everyMs: 1_000, forMs: 600_000 };
/** Waits before Twilio's own repeats, from the first on. */
const backoff = (tries: number) => 250 * 2 ** tries;

/**
 * Wake it after a message was accepted.
 * @param left told of each text that has waited for its sender's turn and is on the phone now
 */
export function startCallbacks(store: Store, authToken: string, left: (message: Message) => void): Due {
  const stopping = new AbortController();
  const startedAt = Date.now();

  async function take(step: Step): Promise<void> {
    if (step.tries === 0) store.setStatus(step.sid, step.status, step.errorCode, Date.now());
    const message = store.message(step.sid);
    if (message && step.status === 'sent' && store.leaveQueue(step.sid, Date.now())) left(message);
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

  const due = startDue<string>({
    jobs: (isBusy) =>
      store
        .dueSteps(Date.now(), LOOK_AT)
        .filter(({ sid }) => !isBusy(sid))
        .map((step) => ({ keys: [step.sid], take: () => take(step) })),
    next: () => store.nextDue(),
    leastMs: 20,
  });
  return {
    wake: due.wake,
    stop() {
      stopping.abort();
      return due.stop();
    },
  };
}

type Outcome = 'done' | Failure;

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
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(tuning(callbackUrl).timeoutMs)]);
  try {
    const reply = await post({ url, form, authToken, signal });
    if (reply.status < 400) return 'done';
    return reply.status < 500 ? '4xx' : '5xx';
  } catch (error) {
    return failureOf(error);
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
