/**
 * SendGrid's refusals as data (docs/spec/delivery.md#failover). It has no error codes: a call is refused with an HTTP
 * status and a list of what is wrong with which field, a mail that was accepted comes back with a word and the
 * receiving server's status. Sources: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors and
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 */
import type { Fault } from '../../core/providers/fault.ts';
import {
  ACCOUNT,
  byStatus,
  DEAD_CONTACT,
  OUR_BUG,
  OUR_PROVIDER_BUG,
  presentable,
  RECIPIENT,
  ROUTE,
  type Row,
} from '../faults.ts';
import { bounced, enhancedStatus } from './bounces.ts';
import { fields, parse } from './events.ts';
import { maskAddresses } from './sender.ts';

interface Complaint {
  message: string;
  field: string;
}

/**
 * A send that was answered with an error. A request that SendGrid finds wrong would be wrong anywhere: it does not go
 * to the standby (docs/spec/delivery.md#after-sent), whether the recipient's address is to blame or we are.
 * @param to the recipient's address
 */
export function callFault(status: number, body: string, to?: string): Fault {
  const complaints = complaintsOf(body);
  const names = (c: Complaint) =>
    /^personalizations(\.\d+)?\.to\b/.test(c.field) ||
    (to !== undefined && c.message.toLowerCase().includes(to.toLowerCase()));
  const about = complaints.find(names);
  const words = presentable(maskAddresses((about ?? complaints[0])?.message ?? ''));
  if (status === 400 && about) {
    return { ...RECIPIENT, code: 'invalid_address', message: words || 'the address is not valid' };
  }
  const [properties, ours]: Row =
    status === 400 || status === 413 ? [OUR_BUG, 'the request is not valid'] : byStatus(status);
  return { ...properties, code: `http_${status}`, message: words || ours };
}

function complaintsOf(body: string): Complaint[] {
  const list = fields(parse(body)).errors;
  if (!Array.isArray(list)) return [];
  return list.map(fields).map(({ message, field }) => ({
    message: typeof message === 'string' ? message : '',
    field: typeof field === 'string' ? field : '',
  }));
}

/**
 * Why SendGrid did not even try. Its list of addresses that bounced is its own, and goes by one bounce of years ago:
 * the other provider is worth a try. What the person said (spam, unsubscribed) is not to be got around.
 */
const DROPPED = new Map<string, readonly [code: string, ...Row]>([
  ['bounced address', ['bounced_address', ROUTE, "on SendGrid's list of addresses that bounced"]],
  ['invalid', ['invalid_address', DEAD_CONTACT, 'the address is not valid']],
  ['spam reporting address', ['spam_reporting_address', DEAD_CONTACT, 'the recipient has called our mail spam']],
  ['unsubscribed address', ['unsubscribed_address', DEAD_CONTACT, 'the recipient has unsubscribed']],
  ['spam content', ['spam_content', ROUTE, "taken for spam by SendGrid's own filter"]],
  ['recipient list over package quota', ['over_quota', ACCOUNT, "the account's quota is used up"]],
  ['invalid smtpapi header', ['invalid_smtpapi_header', OUR_PROVIDER_BUG, 'the request is not valid']],
]);

/**
 * A mail that was accepted and was dropped or came back: anything but a word about the recipient fails over once
 * (docs/spec/delivery.md#attempts and docs/spec/delivery.md#after-sent). SendGrid's own words are left out: they quote
 * the address.
 * @param event of kind `dropped` or `bounce`
 */
export function laterFault(event: Record<string, unknown>): Fault {
  const [code, properties, message] = event.event === 'dropped' ? dropped(event) : bounce(event);
  return { ...properties, failsOver: properties.class !== 'recipient_permanent', code, message };
}

function dropped({ reason }: Record<string, unknown>): readonly [string, ...Row] {
  const known = typeof reason === 'string' ? DROPPED.get(reason.trim().toLowerCase()) : undefined;
  return known ?? ['dropped', ROUTE, 'dropped by SendGrid'];
}

/** `blocked` is about the mail or its sender at this moment, whatever status comes with it; a `bounce` is for good. */
function bounce(event: Record<string, unknown>): readonly [string, ...Row] {
  const status = enhancedStatus(event.status);
  if (event.type === 'blocked') return [status ?? 'blocked', ROUTE, "refused by the recipient's mail server"];
  return [status ?? 'bounce', ...bounced(status, event.bounce_classification === 'Invalid Address')];
}
