/**
 * What happens to a text between Twilio and the phone, which nothing in the create call tells: the pace of its sender, the
 * guard against pumping, the daily caps of carriers, and senders that carriers overwrite (docs/simulators.md).
 */

import { phoneKey } from '../../../lambdas/core/recipient/phone.ts';
import { callingCodeOf } from '../../../lambdas/core/sms/calling-code.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { DAY, MINUTE, SECOND } from '../../../lambdas/core/time.ts';

/** More texts than this to one phone within a minute look like pumping, and block the number for so long. */
const BURST = { texts: 5, within: MINUTE, blocks: 15 * MINUTE };
/** A low-volume campaign's segments a day at one carrier, for each segment a second that the sender carries. */
const DAILY_CAP = 2_000;
/** What phones show where carriers overwrite a numeric sender. */
export const OVERWRITTEN = 'INFO';

export const PUMPING = 30450;
export const CARRIER_CAP = 30027;
export const EXPIRED = 30036;

export interface Route {
  /** When the text leaves Twilio, epoch ms. */
  sentAt: number;
  /** What the phone shows. */
  shown: string;
  /** Why it does not arrive; it fails at `sentAt`. */
  errorCode?: number;
}

interface Text {
  to: string;
  sender: string;
  body: string;
  /** `RiskCheck=disable`. */
  isUnchecked: boolean;
  validityMs: number;
}

export class Carriers {
  private readonly segmentMs: number;
  private readonly cap: number;
  private readonly speed: number;
  /** Until when each sender's queue is full. */
  private readonly busyUntil = new Map<string, number>();
  private readonly recent = new Map<string, number[]>();
  private readonly blockedUntil = new Map<string, number>();
  /** The day on which the carrier takes nothing more for the phone. */
  private readonly cappedOn = new Map<string, number>();
  private readonly usedToday = new Map<string, { day: number; segments: number }>();

  /**
   * @param perSecond segments that one number of the account carries in a second; 1 for a long code of the USA
   * @param speed how much faster time passes
   */
  constructor(perSecond: number, speed: number) {
    this.segmentMs = SECOND / perSecond / speed;
    this.cap = DAILY_CAP * perSecond;
    this.speed = speed;
  }

  /** Takes a text on its way. Sender ids and short codes have no pace here. */
  route({ to, sender, body, isUnchecked, validityMs }: Text, now: number): Route {
    const shown = isOverwritten(sender, to) ? OVERWRITTEN : sender;
    if (this.isPumping(to, now) && !isUnchecked) return { sentAt: now, shown, errorCode: PUMPING };
    if (!isLongCode(sender)) return { sentAt: now, shown };
    const { count } = segments(body);
    const sentAt = Math.max(now, this.busyUntil.get(sender) ?? 0);
    if (sentAt - now > validityMs) return { sentAt: now + validityMs, shown, errorCode: EXPIRED };
    this.busyUntil.set(sender, sentAt + count * this.segmentMs);
    const isOver = this.isCapped(to, now) || (callingCodeOf(to) === '1' && !this.spend(to, count, now));
    return { sentAt, shown, ...(isOver && { errorCode: CARRIER_CAP }) };
  }

  /** Uses up what the phone's carrier takes today for this one phone; tomorrow it takes texts again. */
  useUp(phone: string, isCapped: boolean, now: number): void {
    if (isCapped) this.cappedOn.set(phoneKey(phone), this.dayOf(now));
    else this.cappedOn.delete(phoneKey(phone));
  }

  private isCapped(phone: string, now: number): boolean {
    return this.cappedOn.get(phoneKey(phone)) === this.dayOf(now);
  }

  private dayOf(now: number): number {
    return Math.floor((now * this.speed) / DAY);
  }

  /** Whether the phone's number is blocked. Every text to it counts, whoever asked for no check. */
  private isPumping(to: string, now: number): boolean {
    const phone = phoneKey(to);
    const since = (this.recent.get(phone) ?? []).filter((at) => now - at < BURST.within / this.speed);
    this.recent.set(phone, [...since, now]);
    if (since.length >= BURST.texts) this.blockedUntil.set(phone, now + BURST.blocks / this.speed);
    return now < (this.blockedUntil.get(phone) ?? 0);
  }

  /** Whether the carrier of the phone, told by its area code here, takes so many segments more today. */
  private spend(to: string, count: number, now: number): boolean {
    const carrier = to.slice(0, '+1415'.length);
    const day = this.dayOf(now);
    const used = this.usedToday.get(carrier);
    const before = used?.day === day ? used.segments : 0;
    if (before + count > this.cap) return false;
    this.usedToday.set(carrier, { day, segments: before + count });
    return true;
  }
}

const isLongCode = (sender: string): boolean => /^\+[1-9]\d{6,14}$/.test(sender);
/** Outside its own calling code a numeric sender is overwritten, and nobody hears a reply. */
const isOverwritten = (sender: string, to: string): boolean =>
  isLongCode(sender) && callingCodeOf(sender) !== callingCodeOf(to);
