import { domainToASCII } from 'node:url';
import { isBlank } from './text.ts';

const NO_ADDRESS = 'must be an e-mail address like alice@example.com';
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+$/;
/** A label of a host name; that of an internationalised one begins with `xn--`. */
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * The address as mail providers take it, or why it is refused (docs/spec/api.md#problems). What RFC 5321 calls a
 * Dot-string passes whole, with `&`, `/`, `+`, `'` and the rest of it. A domain in another script comes out in the
 * ASCII form that SES and SendGrid want; one in ASCII stays as it was written. Neither provider sends to a local part
 * in another script, and a quoted one is refused by so much software that a page to it would be lost on the way.
 */
export function toMailAddress(input: string): { email: string } | { refused: string } {
  const [local = '', domain, ...more] = input.split('@');
  if (domain === undefined || local === '' || domain === '') return { refused: NO_ADDRESS };
  if (local.startsWith('"'))
    return { refused: 'must not have a quoted part before the @, which mail providers refuse' };
  if (/[<>,;]/.test(input) || more.length > 0) {
    return { refused: 'must be one address alone: no name, no < >, no second address' };
  }
  if ([...input].some(isBlank)) return { refused: 'must not contain spaces or invisible characters' };
  const refused = localRefusal(local);
  if (refused !== undefined) return { refused };
  const ascii = toAscii(domain);
  if (ascii === undefined) {
    return {
      refused: 'must have a full domain name after the @ like example.com, of letters, digits and inner hyphens',
    };
  }
  const email = `${local}@${ascii}`;
  return email.length <= 254 ? { email } : { refused: 'must have at most 254 characters' };
}

function localRefusal(local: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII is looked for
  if (/[^\x00-\x7f]/.test(local)) return 'must have ASCII characters alone before the @: mail providers take no others';
  if (!LOCAL.test(local)) return "may have letters, digits, dots and !#$%&'*+-/=?^_`{|}~ alone before the @";
  if (/^\.|\.\.|\.$/.test(local)) return 'must not begin or end with a dot before the @, or have two in a row there';
  return local.length <= 64 ? undefined : 'must have at most 64 characters before the @';
}

/** Undefined for what is no domain name, or an IP address. */
function toAscii(domain: string): string | undefined {
  // domainToASCII reads a domain as browsers do, `a/b.com` as `a`; so what is ASCII is judged as it is.
  const ascii = /^[A-Za-z0-9.-]*$/.test(domain)
    ? domain
    : /^[\p{L}\p{M}\p{N}.-]+$/u.test(domain)
      ? domainToASCII(domain)
      : '';
  const labels = ascii.split('.');
  const isName = labels.length > 1 && labels.every((label) => LABEL.test(label));
  return isName && /^(?!\d+$).{2,}$/.test(labels.at(-1) ?? '') ? ascii : undefined;
}
