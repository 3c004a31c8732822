import { callScript } from '../content/voice.ts';
import { wordingFor } from '../content/wording.ts';
import type { Receipt, Report } from '../receipts/ports.ts';
import type { DeliveryEvent, DeliveryKey, Page } from './page.ts';
import { applyReceipt, type SendRef } from './receipt.ts';
import { isUnknownStatus } from './undelivered.ts';

/**
 * How fast a call speaks, in characters a second. Polly's voices read some 150 to 170 words a minute, 14 to 16
 * characters a second; a call that was heard out must count, so the estimate is on the fast side.
 */
const SPOKEN_A_SECOND = 17;

/** How long a text takes to be said, in seconds. */
export const secondsOf = (text: string): number => Math.ceil(text.length / SPOKEN_A_SECOND);

/** What answering-machine detection says of a machine: `machine_start`, `machine_end_beep`, `fax`, …. */
export const isMachine = (answeredBy: string | undefined): boolean => /^(machine|fax)/.test(answeredBy ?? '');

/** The status that a key which was pressed in the call leaves in the history. */
const KEY_PRESSED = 'key-pressed';

/**
 * Whether anybody heard a call that was taken (docs/spec/delivery.md#attempts): it lasted as long as its words take,
 * and no machine took it. A person who picks up and hangs up in the first seconds has heard nothing, and would be rung
 * by no other call if that counted as DELIVERED. Every other receipt is as the provider gave it.
 */
export function judgeCall(page: Page, key: DeliveryKey, leg: number, report: Report): Receipt {
  const { news } = report;
  if (typeof news !== 'object' || !('taken' in news)) return { ...report, news };
  const delivery = page.deliveries[key];
  const events = delivery?.events ?? [];
  // What was said is known from the send: a shared call names all its incidents, and a deployment may have its own
  // words.
  const said = delivery?.sent?.leg === leg ? delivery.sent.spoken : undefined;
  const words = said ?? secondsOf(callScript(page, wordingFor(page.locale?.language)));
  const isHeard = news.taken.seconds >= words && !events.some((event) => isOfMachine(event, leg));
  return { ...report, news: isHeard ? 'delivered' : { undelivered: news.unheard } };
}

/** Key presses rank behind the pick-up, and before the end of the call. */
const KEY_RANK = 3.5;

/** A key was pressed in the call: whoever took it, a person is on the line, and the page is DELIVERED. */
export function keyPressed(page: Page, key: DeliveryKey, send: SendRef, providerId: string, now: number): Page {
  const about = { provider: 'twilio', providerId, providerStatus: KEY_PRESSED, rank: KEY_RANK } as const;
  const applied = applyReceipt(page, key, send, { ...about, news: 'delivered' }, now);
  return applied.decision === 'applied' ? applied.page : page;
}

/** Whether a key was pressed in that call: a person is on the line, whatever detection says of it afterwards. */
export const hasPressedKey = (page: Page, key: DeliveryKey, leg: number): boolean =>
  (page.deliveries[key]?.events ?? []).some(
    (event) =>
      event.kind === 'receipt' &&
      event.leg === leg &&
      event.providerStatus === KEY_PRESSED &&
      // A provider might call a status of its own so.
      !isUnknownStatus(event),
  );

/** Detection may tell of a machine long before the end of its call, which need not repeat it. */
const isOfMachine = (event: DeliveryEvent, leg: number): boolean =>
  event.kind === 'receipt' && event.leg === leg && !isUnknownStatus(event) && isMachine(event.providerStatus);
