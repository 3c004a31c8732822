/** Twilio's Calls API as far as Lifeline and its tests use it: create, fetch, and ending or redirecting a call. */
import { randomBytes } from 'node:crypto';
import type { Mode } from '../modes.ts';
import type { Line } from './calls-line.ts';
import { BESIDE, type Call, type CallStore, FIRST, isOver } from './calls-store.ts';
import { MAGIC_CALLED, MAGIC_CALLERS, type TwilioAnswer, twilioError } from './errors.ts';

const E164 = /^\+[1-9]\d{6,14}$/;
/** Twilio's own test sender, always allowed here. */
const TEST_SENDER = '+15005550006';
/** Twilio lets a phone ring for up to so many seconds more than it is told. */
const RINGS_ON = 5;
const EVENTS = ['initiated', 'ringing', 'answered', 'completed'];

export const callsPath = (accountSid: string) => `/2010-04-01/Accounts/${accountSid}/Calls`;
export const newCallSid = () => `CA${randomBytes(16).toString('hex')}`;

interface Options {
  account: { accountSid: string; phoneNumber: string };
  calls: CallStore;
  line: Line;
  /** Epoch ms. */
  now: () => number;
}

export class CallsApi {
  private readonly o: Options;
  constructor(options: Options) {
    this.o = options;
  }

  /** Answers a request whose path is that of calls; undefined for every other. */
  answer(method: string | undefined, path: string, body: string, mode: Mode): TwilioAnswer | undefined {
    const base = callsPath(this.o.account.accountSid);
    if (path === `${base}.json`) {
      return method === 'POST' ? this.create(new URLSearchParams(body), mode) : twilioError(20404, path);
    }
    if (!path.startsWith(`${base}/`)) return undefined;
    const call = this.o.calls.get(path.slice(base.length + 1).replace(/\.json$/, ''));
    if (call?.provider !== 'twilio') return twilioError(20404, path);
    if (method === 'GET') return { status: 200, body: resource(call) };
    return method === 'POST' ? this.update(call, new URLSearchParams(body)) : twilioError(20004);
  }

  private create(form: URLSearchParams, mode: Mode): TwilioAnswer {
    const refused = refusal(form, this.o.account.phoneNumber);
    if (refused) return refused;
    const to = form.get('To') ?? '';
    if (mode.mode === 'ok' && mode.errorCode) return twilioError(Number(mode.errorCode), to);
    const events = form.getAll('StatusCallbackEvent').join(' ');
    const call: Call = {
      sid: newCallSid(),
      accountSid: this.o.account.accountSid,
      provider: 'twilio',
      direction: 'outbound-api',
      sender: form.get('From') ?? '',
      to,
      phone: to,
      status: 'queued',
      answeredBy: null,
      url: form.get('Url'),
      twiml: form.get('Url') === null ? form.get('Twiml') : null,
      fallbackUrl: form.get('FallbackUrl'),
      callbackUrl: mode.mode === 'silent' ? null : form.get('StatusCallback'),
      amdUrl: form.get('AsyncAmd') === 'true' ? form.get('AsyncAmdStatusCallback') : null,
      events: events === '' ? 'completed' : events,
      detects: form.get('MachineDetection') === null ? 0 : form.get('AsyncAmd') === 'true' ? BESIDE : FIRST,
      ringMs: this.o.line.wait(Number(form.get('Timeout') ?? 60) + RINGS_ON),
      createdAt: this.o.now(),
      answeredAt: null,
      endedAt: null,
      seconds: 0,
      body: '',
    };
    const reaches = mode.mode !== 'undelivered';
    this.o.calls.add(call, reaches);
    if (reaches) this.o.line.ring(call);
    else this.o.line.end(call.sid, 'failed');
    return { status: 201, body: resource(call) };
  }

  private update(call: Call, form: URLSearchParams): TwilioAnswer {
    const status = form.get('Status');
    if (status === 'canceled' || status === 'completed') this.o.line.hangUp(call, status);
    else if (isOver(call.status) || (form.has('Twiml') && call.status !== 'in-progress')) return twilioError(21220);
    else if (form.has('Twiml')) this.o.line.redirect(call, form.get('Twiml') ?? '');
    else return twilioError(20001);
    return { status: 200, body: resource(this.o.calls.get(call.sid) ?? call) };
  }
}

/** In Twilio's order of complaints. A URL on this machine is accepted, since here it can be reached. */
function refusal(form: URLSearchParams, ours: string): TwilioAnswer | undefined {
  const [to, from] = [form.get('To') ?? '', form.get('From') ?? ''];
  if (to === '') return twilioError(21201);
  if (MAGIC_CALLED[to]) return twilioError(MAGIC_CALLED[to], to);
  if (!E164.test(to)) return twilioError(21211, to);
  if (from === '') return twilioError(21213);
  if (MAGIC_CALLERS[from]) return twilioError(MAGIC_CALLERS[from], from);
  if (!E164.test(from)) return twilioError(21212, from);
  if (from !== ours && from !== TEST_SENDER) return twilioError(21210, from);
  const [url, callback] = [form.get('Url'), form.get('StatusCallback')];
  if (url === null && form.get('Twiml') === null) return twilioError(21205, '');
  if (url !== null && !isCallable(url)) return twilioError(21205, url);
  if (url === null && (form.get('Twiml') ?? '').length > 4_000) return twilioError(21205, '');
  for (const told of [callback, form.get('AsyncAmdStatusCallback')]) {
    if (told !== null && !isCallable(told)) return twilioError(21609, told);
  }
  if (form.getAll('StatusCallbackEvent').some((event) => !EVENTS.includes(event))) return twilioError(21626);
  return undefined;
}

/** http(s), and no underscore in the host. */
function isCallable(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (url?.protocol === 'http:' || url?.protocol === 'https:') && !url.hostname.includes('_');
}

const rfc2822 = (at: number | null) => (at === null ? null : new Date(at).toUTCString().replace('GMT', '+0000'));

function resource(call: Call): Record<string, unknown> {
  const uri = `${callsPath(call.accountSid)}/${call.sid}`;
  const duration = call.endedAt === null ? null : call.seconds;
  return {
    account_sid: call.accountSid,
    annotation: null,
    answered_by: call.answeredBy,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: rfc2822(call.createdAt),
    date_updated: rfc2822(call.endedAt ?? call.answeredAt ?? call.createdAt),
    direction: call.direction,
    duration: duration === null ? null : String(duration),
    end_time: rfc2822(call.endedAt),
    forwarded_from: null,
    from: call.sender,
    from_formatted: call.sender,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid: call.sid,
    start_time: rfc2822(call.answeredAt),
    status: call.status,
    subresource_uris: { notifications: `${uri}/Notifications.json` },
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${uri}.json`,
  };
}
