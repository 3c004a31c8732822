/**
 * What a Workflows webhook refuses, as data (docs/spec/delivery.md#failover). The URL is the recipient's own: a
 * workflow that was deleted or switched off, or a signature that no longer holds, says nothing about Teams, so it never
 * counts toward the circuit. Codes are those of the Logic Apps service, which answers `{"error":{"code","message"}}`.
 */
import type { Fault } from '../../core/providers/fault.ts';
import { BUSY, byStatus, DEAD_CONTACT, OUR_BUG, RECIPIENT, type Row } from '../faults.ts';

const GONE: Row = [DEAD_CONTACT, 'the workflow was deleted'];
const OFF: Row = [DEAD_CONTACT, 'the workflow is switched off'];
const UNSIGNED: Row = [DEAD_CONTACT, "the webhook's signature is refused"];
const TOO_LARGE: Row = [OUR_BUG, 'the card is too large'];

/** Limits are per flow: those of one recipient say nothing about the others (docs/spec/delivery.md#retry-after). */
const THROTTLED: Row = [BUSY, 'the workflow is called too often'];

const CODES = new Map<string, Row>([
  ['WorkflowNotFound', GONE],
  ['WorkflowTriggerNotFound', GONE],
  ['WorkflowTriggerIsNotEnabled', OFF],
  ['WorkflowDisabled', OFF],
  ['DirectApiAuthorizationRequired', UNSIGNED],
  ['DirectApiRequestHasMoreThanOneAuthorization', UNSIGNED],
  ['AuthorizationFailed', UNSIGNED],
  ['MissingApiVersionParameter', [DEAD_CONTACT, 'the webhook URL is incomplete']],
  ['InvalidApiVersionParameter', [DEAD_CONTACT, 'the webhook URL is incomplete']],
  ['RequestEntityTooLarge', TOO_LARGE],
  ['TooManyRequests', THROTTLED],
  ['WorkflowRunThrottled', THROTTLED],
]);

const STATUSES = new Map<number, Row>([
  [400, [OUR_BUG, 'the message is refused']],
  [401, UNSIGNED],
  [403, UNSIGNED],
  [404, GONE],
  [410, GONE],
  [413, TOO_LARGE],
  [429, THROTTLED],
]);

/** Another 3xx or 4xx comes from this URL, not from the service. */
const isOfThisUrl = (status: number) => status < 500 && status !== 408 && status !== 429;

/**
 * A call that was answered with an error. Nothing of the answer but its code is kept: what it says may repeat the URL,
 * which is a secret.
 */
export function teamsFault(status: number, body: string): Fault {
  const code = errorCode(body);
  const other: Row = isOfThisUrl(status) ? [RECIPIENT, 'the webhook does not take messages'] : byStatus(status);
  const [properties, message] = (code !== undefined && CODES.get(code)) || STATUSES.get(status) || other;
  return { ...properties, code: code ?? `http_${status}`, message };
}

function errorCode(body: string): string | undefined {
  try {
    const code: unknown = (JSON.parse(body) as { error?: { code?: unknown } } | null)?.error?.code;
    return typeof code === 'string' && /^[A-Za-z]{1,64}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}
