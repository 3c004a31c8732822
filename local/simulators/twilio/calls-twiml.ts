/** The TwiML that calls of ours are told, read into verbs. */

export interface Gather {
  verb: 'gather';
  says: string[];
  action: string | undefined;
  numDigits: number;
  timeoutSeconds: number;
  /** Also without a key, with empty digits. */
  onEmpty: boolean;
}
export type Verb =
  | { verb: 'say'; text: string }
  | Gather
  | { verb: 'redirect'; url: string }
  | { verb: 'pause' }
  | { verb: 'hangup' }
  | { verb: 'reject' };

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const plain = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name = '') => {
    if (hex || decimal) return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
    return ENTITIES[name] ?? whole;
  });

function attributes(text: string): Record<string, string> {
  return Object.fromEntries(
    Array.from(text.matchAll(/([\w-]+)="([^"]*)"/g), ([, name = '', value = '']) => [name, plain(value)]),
  );
}

/** Throws for what is no TwiML, or asks for a verb that is not known here, as Twilio ends a call then (12100, 12200). */
export function parseTwiml(xml: string): Verb[] {
  const body = /^\s*(?:<\?xml[^>]*\?>)?\s*<Response(?:\s*\/>|>([\s\S]*)<\/Response>)\s*$/.exec(xml);
  if (!body) throw new Error('the answer is no TwiML');
  const verbs: Verb[] = [];
  let gather: Gather | undefined;
  const tag = /<(\/?)(\w+)((?:\s+[\w-]+="[^"]*")*)\s*(\/?)>([^<]*)/g;
  for (const [, closes, name = '', raw = '', empty, text = ''] of (body[1] ?? '').matchAll(tag)) {
    if (closes) {
      if (name === 'Gather') gather = undefined;
      continue;
    }
    const found = verbOf(name, attributes(raw), plain(text).trim());
    if (gather && found.verb === 'say') gather.says.push(found.text);
    else if (!gather) verbs.push(found);
    if (found.verb === 'gather' && !empty) gather = found;
  }
  return verbs;
}

function verbOf(name: string, given: Record<string, string>, text: string): Verb {
  switch (name) {
    case 'Say':
      return { verb: 'say', text };
    case 'Gather':
      return {
        verb: 'gather',
        says: [],
        action: given.action,
        numDigits: Number(given.numDigits ?? 1),
        timeoutSeconds: Number(given.timeout ?? 5),
        onEmpty: given.actionOnEmptyResult === 'true',
      };
    case 'Redirect':
      return { verb: 'redirect', url: text };
    case 'Pause':
      return { verb: 'pause' };
    case 'Hangup':
      return { verb: 'hangup' };
    case 'Reject':
      return { verb: 'reject' };
    default:
      throw new Error(`the verb ${name} is not simulated`);
  }
}
