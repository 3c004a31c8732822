/**
 * One file because a call is one story: it rings a phone, is answered or not, follows the TwiML it is given, takes keys
 * and ends. One call at a time per phone, as on a real one; whoever calls meanwhile hears that it is busy.
 */
import { maskAnyPhones, maskPhone } from '../../../lambdas/core/mask.ts';
import { phoneKey } from '../../../lambdas/core/phone.ts';
import { Problem } from '../http.ts';
import type { CallEvents } from './calls-events.ts';
import { type Call, type CallStatus, type CallStore, isOver } from './calls-store.ts';
import { type Gather, parseTwiml, type Verb } from './calls-twiml.ts';
import { askForTwiml } from './calls-web.ts';

export interface LineOptions {
  calls: CallStore;
  events: CallEvents;
  authToken: string;
  /** Our API as Twilio knows it and as it is reached here: for TwiML that names the public address. */
  api?: { url: string; publicUrl: string };
  /** Waits for a person are shorter by this (--speed), and never shorter than this many milliseconds. */
  speed: number;
  shortestWaitMs?: number | undefined;
  log: (line: string) => void;
  stopping: AbortSignal;
}

/** Milliseconds until a phone that takes calls by itself does so: to be seen ringing, not to be waited for. */
const PICKS_UP_AFTER = 300;
const SHORTEST_WAIT = 2_000;
const SORRY = 'We are sorry, an application error has occurred. Goodbye.';

interface Live {
  sid: string;
  timer: NodeJS.Timeout | undefined;
  /** What comes when the gather that waits gets no key. */
  rest: Verb[];
  gather: Gather | undefined;
  typed: string;
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
    const takes = { answer: 'human', voicemail: 'machine_end_beep', decline: 'busy' }[behaviour as string];
    live.timer = setTimeout(
      () => {
        if (takes === undefined) this.end(call.sid, 'no-answer');
        else if (takes === 'busy') this.end(call.sid, 'busy');
        else void this.pickUp(live, takes);
      },
      takes === undefined ? call.ringMs : PICKS_UP_AFTER,
    );
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
    const ended = this.o.calls.set(sid, { status, endedAt: Date.now() });
    const live = this.live.get(phoneKey(call.phone));
    if (live?.sid === sid) {
      clearTimeout(live.timer);
      live.gather = undefined;
      this.live.delete(phoneKey(call.phone));
    }
    this.report(ended, 'completed');
  }

  async stop(): Promise<void> {
    const settled = [...this.live.values()].map((live) => {
      clearTimeout(live.timer);
      return live.settled;
    });
    await Promise.allSettled(settled);
  }

  /** Of an earlier process: what rang goes on for the rest of its time, a line that was open is dead. */
  private resume(call: Call): void {
    if (call.status === 'in-progress' || this.live.has(phoneKey(call.phone)))
      return void this.end(call.sid, 'completed');
    const live = this.hold(call);
    const left = call.createdAt + call.ringMs - Date.now();
    live.timer = setTimeout(() => this.end(call.sid, 'no-answer'), Math.max(left, 0));
  }

  private hold({ sid, phone }: Call): Live {
    const live = { sid, timer: undefined, rest: [], gather: undefined, typed: '', settled: Promise.resolve() };
    this.live.set(phoneKey(phone), live);
    return live;
  }

  private ofPhone(phone: string, status?: CallStatus): Live {
    const live = this.live.get(phoneKey(phone));
    if (live && (status === undefined || this.now(live.sid).status === status)) return live;
    const why = status === undefined ? 'This phone is in no call.' : 'Nothing rings on this phone.';
    throw new Problem(409, 'No call', why);
  }

  private now = (sid: string): Call => this.o.calls.get(sid) as Call;

  private pickUp(live: Live, by: string): Promise<void> {
    clearTimeout(live.timer);
    const before = this.now(live.sid);
    const answeredBy = before.detects ? by : null;
    const call = this.o.calls.set(live.sid, { status: 'in-progress', answeredAt: Date.now(), answeredBy });
    this.report(call, 'answered');
    live.settled = call.twiml === null ? this.ask(live, call.url ?? '', {}) : this.follow(live, call.twiml);
    return live.settled;
  }

  private async ask(live: Live, url: string, more: Record<string, string>): Promise<void> {
    const twiml = await askForTwiml(url, { ...this.fields(this.now(live.sid)), ...more }, this.o);
    if (isOver(this.now(live.sid).status) || this.o.stopping.aborted) return;
    if (twiml === undefined) return this.breakOff(live);
    await this.follow(live, twiml);
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
      live.timer = setTimeout(() => void this.collect(live), this.wait(verb.timeoutSeconds));
      return;
    }
    if (verb.verb === 'say') this.speak(live, verb.text);
    return this.run(live, rest);
  }

  /** What was typed goes to the gather's action; nothing at all only where it wants to know that. */
  private collect(live: Live): Promise<void> {
    clearTimeout(live.timer);
    const { gather, typed, rest, sid } = live;
    if (!gather) return Promise.resolve();
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
    const seconds = Math.ceil(((call.endedAt ?? 0) - (call.answeredAt ?? call.endedAt ?? 0)) / 1_000);
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

const busy = () => new Problem(409, 'In a call', 'This phone is in a call; a phone has one at a time.');
