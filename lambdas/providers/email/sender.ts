/** What both e-mail providers share: who a mail comes from, how mails of one incident hang together, what is masked. */
import { createHash } from 'node:crypto';

export interface EmailSender {
  email: string;
  /** What mail programs show. */
  name: string;
}

/** `Lifeline <pages@example.com>` as it is configured, or an address alone. Nothing usable gives an empty address. */
export function senderFrom(text: string): EmailSender {
  const [, name = 'Lifeline', email = text.trim()] = /^\s*([^<>]*?)\s*<([^<>]+)>\s*$/.exec(text) ?? [];
  return { email, name };
}

/**
 * The headers of every mail, by name.
 *
 * `Auto-Submitted: auto-generated` (RFC 3834, 5) says that a machine wrote the mail, so that out-of-office replies and
 * other machines do not answer it.
 * `References` (RFC 5322, 3.6.4) to a message that was never sent, the same for every mail of a thread: mail programs
 * put them together, in whichever order they come and whichever provider carried them. A hash, because headers travel
 * through systems that an incident's id is no business of, and may hold only so many characters.
 */
export function mailHeaders(thread: string | undefined, from: EmailSender): Record<string, string> {
  const headers: Record<string, string> = { 'Auto-Submitted': 'auto-generated' };
  if (thread === undefined) return headers;
  const id = createHash('sha256').update(thread).digest('hex').slice(0, 32);
  headers.References = `<${id}@${from.email.split('@').at(-1)}>`;
  return headers;
}

/** A provider's words may quote the recipient's address; an apostrophe may be part of one, and not its last character. */
export const maskAddresses = (text: string): string =>
  text.replace(/[^\s<>"()[\],;:]*[^\s<>"'()[\],;:]@[^\s<>"'()[\],;:]+/g, '•••');
