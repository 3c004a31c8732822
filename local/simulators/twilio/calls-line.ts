/**
 * One file because a call is one story: it rings a phone, is answered or not, follows the TwiML it is given, takes keys
 * and ends. One call at a time per phone, as on a real one; whoever calls meanwhile hears that it is busy.
 */

import { secondsOf } from '../../../lambdas/core/page/heard.ts';
import { maskAnyPhones, maskPhone } from '../../../lambdas/core/recipient/mask.ts';
import { phoneKey } from '../../../lambdas/core/recipient/phone.ts';
import { Problem } from '../../cloud/http.ts';
import type { CallEvents } from './calls-events.ts';
import { type Behaviour, type Call, type CallStatus, type CallStore, FIRST, isOver } from './calls-store.ts';
import { type Gather, parseTwiml, type Verb } from './calls-twiml.ts';
import { askWebhook } from './webhook.ts';

export interface LineOptions {
  calls: CallStore;
  events: CallEvents;
  authToken: string;
  /** Our API as Twilio knows it and as it is reached here: for TwiML that names the public address. */
  api?: { url: string; publicUrl: string };
  /** Waits for a person are shorter by this (--speed), and never shorter than this many milliseconds. */
  speed: number;
  shortestWaitMs?: number | undefined;
  /** The clock that the length of a call is measured by, epoch ms. */
  now: () => number;
  log: (line: string) => void;
  stopping: AbortSignal;
}

/** Milliseconds until a phone that takes calls by itself does so: to be seen ringing, not to be waited for. */
const PICKS_UP_AFTER = 300;
const SHORTEST_WAIT = 2_000;
/** Seconds of silence in which detection listens to who has answered, and in which a machine says its greeting. */
const LISTENS = 4;
const GREETING = 8;
/** Do-not-disturb lets a second call of one number within so many seconds ring. */
const LETS_THROUGH = 180;
/** Seconds after which a person who hears nothing puts the phone down. */
const PATIENCE = 2;
const SORRY = 'We are sorry, an application error has occurred. Goodbye.';

/** So many seconds of a call, since when they go by (epoch ms), and how many milliseconds they take here. */
interface Period {
  since: number;
  seconds: number;
  ms: number;
}

interface Live {
  sid: string;
  timer: NodeJS.Timeout | undefined;
  /** What comes when the gather that waits gets no key. */
  rest: Verb[];
  gather: Gather | undefined;
  typed: string;
  /** Nobody sees it ring. */
  isUnseen: boolean;
  /** What goes on now. */
  period: Period | undefined;
  /** What it waits for beside: the finding of detection, the person's patience. */
  aside: NodeJS.Timeout[];
  /** Let go on what waits for a stretch of the call, when the call or the run ends in it. */
  cutShort: (() => void)[];
  /** Settled when the call waits: for somebody to answer, for a key, or is over. */
  settled: Promise<void>;
}

export class Line {
  private readonly o: LineOptions;
  private readonly live = new Map<string, Live>();
  constructor(options: LineOptions) {
    this.o = options;
    for (const call of options.calls.unfinished()) this.resume(call);
  }

  /** How long a wait of so many seconds takes here. */
  wait = (seconds: number): number =>
    Math.max((seconds * 1_000) / this.o.speed, this.o.shortestWaitMs ?? SHORTEST_WAIT);

  /** Rings the phone of a call that was just taken. */
  ring(call: Call): void {
    this.report(call, 'initiated');
    if (this.live.has(phoneKey(call.phone))) return void this.end(call.sid, 'busy');
    const live = this.hold(call);
    const ringing = this.o.calls.set(call.sid, { status: 'ringing' });
    this.report(ringing, 'ringing');
    this.o.log(`☎ ${maskPhone(call.phone)}  rings`);
    const behaviour = this.o.calls.behaviour(call.phone);
    if (behaviour === 'busy') return void this.end(call.sid, 'busy');
    live.isUnseen = behaviour === 'dnd' && !this.isSecond(call);
    const takes = TAKES[behaviour];
    live.timer = setTimeout(
      () => {
        if (takes === undefined) this.end(call.sid, 'no-answer');
        else if (takes === 'busy') this.end(call.sid, 'busy');
        else void this.pickUp(live, takes);
        if (behaviour === 'hangs-up-in-silence') this.putDown(live);
      },
      takes === undefined ? call.ringMs : PICKS_UP_AFTER,
    );
  }

  /** Whether one of our numbers calls the phone a second time within three minutes. */
  private isSecond(call: Call): boolean {
    const before = this.o.calls.calledBefore(call);
    return before !== undefined && call.createdAt - before < (LETS_THROUGH * 1_000) / this.o.speed;
  }

  private putDown(live: Live): void {
    const ms = this.wait(PATIENCE);
    const period = this.begin(live, PATIENCE, ms);
    const goes = () => {
      this.count(live, period);
      this.end(live.sid, 'completed');
    };
    live.aside.push(setTimeout(goes, ms));
  }

  /** The phone calls one of our numbers. Throws Problem 409 while it is in another call. */
  async dial(call: Call): Promise<Call> {
    if (this.live.has(phoneKey(call.phone))) throw busy();
    this.o.calls.add(call, false);
    const live = this.hold(call);
    live.settled = this.ask(live, call.url ?? '', {});
    await live.settled;
    return this.now(call.sid);
  }

  /** What the phone does with the call it has. Throws Problem 409 when there is none to do that with. */
  async answer(phone: string, by: 'human' | 'machine_end_beep'): Promise<Call> {
    const live = this.ofPhone(phone, 'ringing');
    await this.pickUp(live, by);
    return this.now(live.sid);
  }
  decline(phone: string): Call {
    const { sid } = this.ofPhone(phone);
    this.end(sid, this.now(sid).status === 'ringing' ? 'busy' : 'completed');
    return this.now(sid);
  }
  /** Presses keys; a phone that still rings is answered before. */
  async press(phone: string, digits: string): Promise<Call> {
    const live = this.ofPhone(phone);
    if (this.now(live.sid).status === 'ringing') await this.pickUp(live, 'human');
    await live.settled;
    for (const digit of digits) {
      if (!live.gather) break;
      live.typed += digit;
      if (live.typed.length >= live.gather.numDigits) await this.collect(live);
    }
    return this.now(live.sid);
  }

  /** From our side: ends a call, or only one that nobody has answered yet. */
  hangUp(call: Call, as: 'canceled' | 'completed'): void {
    const isTalking = call.status === 'in-progress';
    if (isOver(call.status) || (isTalking && as === 'canceled')) return;
    this.end(call.sid, isTalking ? 'completed' : 'canceled');
  }

  /** Ends a call and reports it. */
  end(sid: string, status: CallStatus): void {
    const call = this.now(sid);
    if (isOver(call.status)) return;
    const live = this.live.get(phoneKey(call.phone));
    if (live?.sid === sid) this.count(live);
    // A call that was answered has lasted for a second at least: Twilio rounds up.
    const seconds = call.answeredAt === null ? 0 : Math.max(1, Math.ceil(this.now(sid).seconds));
    const ended = this.o.calls.set(sid, { status, endedAt: this.o.now(), seconds });
    if (live?.sid === sid) {
      this.silence(live);
      live.gather = undefined;
      this.live.delete(phoneKey(call.phone));
    }
    this.report(ended, 'completed');
  }

  async stop(): Promise<void> {
    const settled = [...this.live.values()].map((live) => {
      this.silence(live);
      return live.settled;
    });
    await Promise.allSettled(settled);
  }

  private silence(live: Live): void {
    clearTimeout(live.timer);
    for (const timer of live.aside) clearTimeout(timer);
    for (const goOn of live.cutShort.splice(0)) goOn();
  }

  /** Of an earlier process: what rang goes on for the rest of its time, a line that was open is dead. */
  private resume(call: Call): void {
    if (call.status === 'in-progress' || this.live.has(phoneKey(call.phone)))
      return void this.end(call.sid, 'completed');
    const live = this.hold(call);
    const left = call.createdAt + call.ringMs - this.o.now();
    live.timer = setTimeout(() => this.end(call.sid, 'no-answer'), Math.max(left, 0));
  }

  private hold({ sid, phone }: Call): Live {
    const idle = { timer: undefined, gather: undefined, period: undefined, isUnseen: false, typed: '' };
    const live: Live = { sid, ...idle, rest: [], aside: [], cutShort: [], settled: Promise.resolve() };
    this.live.set(phoneKey(phone), live);
    return live;
  }

  private ofPhone(phone: string, status?: CallStatus): Live {
    const live = this.live.get(phoneKey(phone));
    if (live?.isUnseen) throw new Problem(409, 'Do not disturb', 'A second call within three minutes would ring.');
    if (live && (status === undefined || this.now(live.sid).status === status)) return live;
    const why = status === undefined ? 'This phone is in no call.' : 'Nothing rings on this phone.';
    throw new Problem(409, 'No call', why);
  }

  private now = (sid: string): Call => this.o.calls.get(sid) as Call;

  private pickUp(live: Live, by: string): Promise<void> {
    clearTimeout(live.timer);
    const { detects, amdUrl } = this.now(live.sid);
    const answeredBy = detects ? by : null;
    const call = this.o.calls.set(live.sid, { status: 'in-progress', answeredAt: this.o.now(), answeredBy });
    this.report(call, 'answered');
    const begin = () => (call.twiml === null ? this.ask(live, call.url ?? '', {}) : this.follow(live, call.twiml));
    if (detects === FIRST) {
      const isGone = () => this.o.stopping.aborted || isOver(this.now(live.sid).status);
      live.settled = this.lasts(live, LISTENS).then(() => (isGone() ? undefined : begin()));
      return live.settled;
    }
    // A machine is told of when its greeting is over, a person as soon as somebody has spoken.
    const found = this.scaled(by === 'human' ? LISTENS : GREETING);
    if (amdUrl !== null) live.aside.push(setTimeout(() => this.tellFinding(live.sid, amdUrl, by), found));
    live.settled = begin();
    return live.settled;
  }

  private tellFinding(sid: string, url: string, by: string): void {
    const { accountSid } = this.now(sid);
    const form = { AccountSid: accountSid, CallSid: sid, AnsweredBy: by, MachineDetectionDuration: '4000' };
    this.o.events.add(sid, url, form);
  }

  /** Other TwiML for a call in progress, at once. */
  redirect({ sid, phone }: Call, twiml: string): void {
    const live = this.live.get(phoneKey(phone));
    if (live?.sid !== sid) return;
    clearTimeout(live.timer);
    this.count(live);
    live.gather = undefined;
    live.settled = this.follow(live, twiml);
  }

  private scaled = (seconds: number): number => (seconds * 1_000) / this.o.speed;

  /** Lets so many seconds of the call go by, fewer when the call or the run ends before. */
  private lasts(live: Live, seconds: number): Promise<void> {
    const ms = this.scaled(seconds);
    const period = this.begin(live, seconds, ms);
    return new Promise((resolve) => {
      const over = () => {
        this.count(live, period);
        resolve();
      };
      live.aside.push(setTimeout(over, ms));
      live.cutShort.push(resolve);
    });
  }

  private begin(live: Live, seconds: number, ms: number): Period {
    const period = { since: this.o.now(), seconds, ms };
    live.period = period;
    return period;
  }

  /**
   * Adds to the call what has gone by of the period that goes on now: all of it when its own timer has fired, a share by
   * the clock when something cut it short.
   *
   * @param fired the period whose timer has fired, if one has
   */
  private count(live: Live, fired?: Period): void {
    if (!live.period) return;
    const { since, seconds, ms } = live.period;
    const isWhole = ms === 0 || live.period === fired;
    live.period = undefined;
    const share = isWhole ? 1 : Math.min(1, (this.o.now() - since) / ms);
    this.o.calls.set(live.sid, { seconds: this.now(live.sid).seconds + seconds * share });
  }

  private async ask(live: Live, url: string, more: Record<string, string>): Promise<void> {
    const answer = await askWebhook(url, { ...this.fields(this.now(live.sid)), ...more }, this.o);
    if (isOver(this.now(live.sid).status) || this.o.stopping.aborted) return;
    const { fallbackUrl } = this.now(live.sid);
    if ('failed' in answer && fallbackUrl !== null && url !== fallbackUrl) {
      return this.ask(live, fallbackUrl, { ErrorCode: '11200', ErrorUrl: url });
    }
    if ('failed' in answer) return this.breakOff(live);
    await this.follow(live, answer.text);
  }

  private async follow(live: Live, twiml: string): Promise<void> {
    try {
      await this.run(live, parseTwiml(twiml));
    } catch (error) {
      this.o.log(`simulators: call ${live.sid}: ${(error as Error).message}`);
      this.breakOff(live);
    }
  }

  private breakOff(live: Live): void {
    this.speak(live, SORRY);
    this.end(live.sid, 'completed');
  }

  private async run(live: Live, [verb, ...rest]: Verb[]): Promise<void> {
    if (!verb || verb.verb === 'hangup') return void this.end(live.sid, 'completed');
    if (verb.verb === 'reject') return void this.end(live.sid, 'busy');
    if (this.now(live.sid).status !== 'in-progress') this.o.calls.set(live.sid, { status: 'in-progress' });
    if (verb.verb === 'redirect') return this.ask(live, verb.url, {});
    if (verb.verb === 'gather') {
      for (const text of verb.says) this.speak(live, text);
      Object.assign(live, { gather: verb, rest, typed: '' });
      // A key may be pressed while the call speaks.
      const seconds = secondsOf(verb.says.join(' ')) + verb.timeoutSeconds;
      const ms = this.wait(seconds);
      this.count(live);
      const period = this.begin(live, seconds, ms);
      live.timer = setTimeout(() => {
        this.count(live, period);
        void this.collect(live);
      }, ms);
      return;
    }
    if (verb.verb === 'say') {
      this.speak(live, verb.text);
      this.o.calls.set(live.sid, { seconds: this.now(live.sid).seconds + secondsOf(verb.text) });
    }
    return this.run(live, rest);
  }

  /** What was typed goes to the gather's action; nothing at all only where it wants to know that. */
  private collect(live: Live): Promise<void> {
    clearTimeout(live.timer);
    const { gather, typed, rest, sid } = live;
    if (!gather) return Promise.resolve();
    this.count(live);
    live.gather = undefined;
    const goesOn = typed === '' && !gather.onEmpty;
    const action = gather.action ?? this.now(sid).url ?? '';
    live.settled = goesOn ? this.run(live, rest) : this.ask(live, action, { Digits: typed, msg: 'Gather End' });
    return live.settled;
  }

  private speak({ sid }: Live, text: string): void {
    this.o.calls.speak(sid, text);
    this.o.log(`☎ ${maskPhone(this.now(sid).phone)}  (call) ${maskAnyPhones(text.replace(/\s+/g, ' '))}`);
  }

  private fields(call: Call): Record<string, string> {
    return {
      AccountSid: call.accountSid,
      ApiVersion: '2010-04-01',
      CallSid: call.sid,
      CallStatus: call.status === 'queued' ? 'initiated' : call.status,
      Called: call.to,
      Caller: call.sender,
      Direction: call.direction,
      From: call.sender,
      To: call.to,
      ...(call.answeredBy !== null && { AnsweredBy: call.answeredBy }),
    };
  }

  private report(call: Call, event: string): void {
    if (call.callbackUrl === null || !call.events.split(' ').includes(event)) return;
    const { seconds } = call;
    const sequence = ['initiated', 'ringing', 'answered', 'completed'].indexOf(event);
    this.o.events.add(call.sid, call.callbackUrl, {
      ...this.fields(call),
      CallbackSource: 'call-progress-events',
      SequenceNumber: String(sequence),
      Timestamp: new Date().toUTCString().replace('GMT', '+0000'),
      ...(event === 'completed' && { CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) }),
    });
  }
}

/** Who takes a call that nobody holds the phone for, or how it ends; undefined where it rings out. */
const TAKES: Record<Behaviour, 'human' | 'machine_end_beep' | 'busy' | undefined> = {
  'no-answer': undefined,
  dnd: undefined,
  answer: 'human',
  'hangs-up-in-silence': 'human',
  voicemail: 'machine_end_beep',
  screened: 'machine_end_beep',
  decline: 'busy',
  busy: 'busy',
};

const busy = () => new Problem(409, 'In a call', 'This phone is in a call; a phone has one at a time.');
