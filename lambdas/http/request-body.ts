import type { Form } from './http.ts';
import { invalid, Problem } from './problem.ts';

export const JSON_LIMIT = 32 * 1024;
export const BATCH_LIMIT = 256 * 1024;
export const FORM_LIMIT = 1024 * 1024;

const TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const;

/**
 * A body of the given kind, parsed. Nothing at all is `undefined`, or a form without parameters, and what is `raw` stays
 * text, for its handler. Without a content type it is taken for what the operation wants. Throws 413 before anything is
 * parsed, 415, and 400 for what is not JSON.
 */
export function parseBody(
  kind: 'json' | 'form' | 'raw',
  body: string,
  contentType: string | undefined,
  limit = kind === 'json' ? JSON_LIMIT : FORM_LIMIT,
): unknown {
  requireSize(body, limit);
  if (kind === 'raw') return undefined;
  if (body !== '') requireType(TYPES[kind], contentType);
  if (kind === 'form') return parseForm(body);
  return body.trim() === '' ? undefined : parseJson(body);
}

/** Throws `body-too-large`. */
export function requireSize(body: string, limit: number): void {
  const bytes = Buffer.byteLength(body);
  if (bytes > limit) {
    throw new Problem('body-too-large', { detail: `The body has ${bytes} bytes, at most ${limit} are allowed.` });
  }
}

function requireType(wanted: string, contentType: string | undefined): void {
  const [type = '', ...parameters] = (contentType ?? wanted)
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const utf8 = parameters.every((part) => !part.startsWith('charset=') || /^charset="?utf-?8"?$/.test(part));
  if (type !== wanted || !utf8) throw new Problem('unsupported-media-type', { detail: `Send ${wanted} in UTF-8.` });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's message quotes the body, which does not belong into answers or logs.
    throw new Problem('invalid-json');
  }
}

function parseForm(body: string): Form {
  const form = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(body)) {
    const before = form.get(name);
    form.set(name, before === undefined ? value : [before, value].flat());
  }
  // Makes own properties of everything, `__proto__` included.
  return Object.fromEntries(form);
}

/** The text of a body that the gateway passed as base64. Throws 400 for what is not UTF-8. */
export function decodeBase64(body: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    throw invalid({ path: '', message: 'must be UTF-8' });
  }
}
