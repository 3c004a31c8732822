/** What a simulated phone does with calls: takes, declines, presses keys, calls us, and what it does by itself. */
import type { IncomingMessage } from 'node:http';
import { methodNotAllowed, notFound, Problem, readBody } from '../cloud/http.ts';
import type { PhoneItem } from './store.ts';
import type { Line } from './twilio/calls-line.ts';
import { BEHAVIOURS, type Behaviour, type Call, type CallStatus, type CallStore } from './twilio/calls-store.ts';

export interface PhoneCalls {
  calls: CallStore;
  line: Line;
  /** The phone calls one of our numbers. Answers when the line waits for a key or is over. */
  dial(phone: string, to: string): Promise<Call>;
  /** The phone's carrier takes no more texts for it today, or takes them again. */
  capTexts(phone: string, isCapped: boolean): void;
}

/** `POST …/answer`, `decline`, `voicemail`, `keypress {digits}`, `call {to}`. */
export async function callAction(
  req: IncomingMessage,
  phone: string,
  action: string,
  { line, dial }: PhoneCalls,
): Promise<object> {
  const actions: Record<string, () => Promise<Call> | Call> = {
    answer: () => line.answer(phone, 'human'),
    voicemail: () => line.answer(phone, 'machine_end_beep'),
    decline: () => line.decline(phone),
    keypress: async () => line.press(phone, await field(req, 'digits', /^[0-9*#]{1,10}$/, '{"digits": "1"}')),
    call: async () => dial(phone, await field(req, 'to', /^\+[1-9]\d{6,14}$/, '{"to": "+14155550000"}')),
  };
  const act = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!act) throw notFound('A phone has no such page.');
  if (req.method !== 'POST') throw methodNotAllowed('POST');
  return shown(await act());
}

/**
 * `PUT` of `{"calls": "answer"}`: what the phone does when it rings and nobody holds it; of `{"texts": "capped"}`: its
 * carrier takes no more texts for it from Twilio until tomorrow (30027).
 */
export async function setBehaviour(
  req: IncomingMessage,
  phone: string,
  { calls, capTexts }: PhoneCalls,
): Promise<object> {
  const given = await bodyOf(req);
  if (given.texts !== undefined) {
    const texts = fieldOf(given, 'texts', /^(arrive|capped)$/, '{"texts": "capped"}');
    capTexts(phone, texts === 'capped');
    return { texts };
  }
  const behaviour = fieldOf(given, 'calls', new RegExp(`^(${BEHAVIOURS.join('|')})$`), '{"calls": "answer"}');
  calls.setBehaviour(phone, behaviour as Behaviour);
  return { calls: behaviour };
}

/** The phone's list with the state of its calls; and the calls it made itself. */
export function withCalls(phone: string, items: PhoneItem[], { calls }: PhoneCalls) {
  const own = new Map(calls.ofPhone(phone).map((call) => [call.sid, call]));
  const outgoing = [...own.values()].filter(({ direction }) => direction === 'inbound');
  return {
    items: items.map((item) => {
      const call = own.get(item.id);
      return call ? { ...item, ...stateOf(call) } : item;
    }),
    outgoing: outgoing.map(shown),
    calls: calls.behaviour(phone),
  };
}

/** Instead of what was spoken, where nothing was: the menu is asked for only when somebody answers. */
const UNSPOKEN: Record<CallStatus, string> = {
  queued: '(about to ring)',
  ringing: '(ringing)',
  'in-progress': '(answered, nothing said yet)',
  completed: '(answered, nothing was said)',
  busy: '(busy or declined)',
  'no-answer': '(not answered)',
  canceled: '(cancelled by the caller)',
  failed: '(did not get through)',
};

const stateOf = ({ status, answeredBy, body }: Call) => ({
  status,
  body: body || UNSPOKEN[status],
  ...(answeredBy !== null && { answeredBy }),
});

const shown = (call: Call) => ({
  id: call.sid,
  at: new Date(call.createdAt).toISOString(),
  kind: 'call',
  from: call.sender,
  to: call.to,
  provider: call.provider,
  ...stateOf(call),
});

/** One field of a JSON body. Throws Problem 400. */
const field = async (req: IncomingMessage, name: string, form: RegExp, example: string): Promise<string> =>
  fieldOf(await bodyOf(req), name, form, example);

async function bodyOf(req: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await readBody(req);
  try {
    const given: unknown = JSON.parse(body);
    return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  } catch {
    throw new Problem(400, 'Bad JSON', 'The body is not JSON.');
  }
}

function fieldOf(given: Record<string, unknown>, name: string, form: RegExp, example: string): string {
  const value = given[name];
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && form.test(text)) return text;
  const errors = [{ path: name, message: `must match ${form.source}` }];
  throw new Problem(400, 'Invalid', `Send ${example}.`, { errors });
}
