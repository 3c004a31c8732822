import { HOLD_REASONS, type Hold, type Page } from '../page/page.ts';
import type { Recipient } from '../recipient/recipient.ts';
import { isOneOf } from '../versions.ts';
import { quietUntil } from './quiet-hours.ts';
import { holds, type MaintenanceWindow } from './window.ts';

/** Every end of one hold may be the middle of the next; no calendar needs more steps than that. */
const MAX_STEPS = 100;

type Held = Pick<Page, 'incident' | 'test'>;
type Reader = Pick<Recipient, 'quietHours' | 'timezone'>;

/**
 * Whether a page has to wait, and until when it will in the end: where one hold ends within another, that one counts
 * too (docs/spec/suppression.md#held). The reason is that of now. CRITICAL pages wait for windows with `holdCritical`
 * alone, tests of contact points for nothing.
 * @param now epoch ms
 */
export function holdFor(
  page: Held,
  recipient: Reader | undefined,
  windows: readonly MaintenanceWindow[],
  now: number,
): Hold | undefined {
  if (page.test) return undefined;
  const first = heldAt(page, recipient, windows, now);
  if (!first) return undefined;
  let { until } = first;
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = heldAt(page, recipient, windows, until);
    if (!next) break;
    until = next.until;
  }
  return { ...first, until };
}

function heldAt(
  { incident }: Held,
  recipient: Reader | undefined,
  windows: readonly MaintenanceWindow[],
  at: number,
): Hold | undefined {
  const last = windows
    .filter((window) => holds(window, incident, at))
    .toSorted((a, b) => a.endsAt - b.endsAt)
    .at(-1);
  if (last) return { until: last.endsAt, reason: 'maintenance', by: last.id };
  const mayWait = incident.priority === 'MEDIUM' || incident.priority === 'LOW';
  if (!mayWait || !recipient?.quietHours || !recipient.timezone) return undefined;
  const until = quietUntil(recipient.quietHours, recipient.timezone, at);
  return until === undefined ? undefined : { until, reason: 'quiet-hours' };
}

const REASONS: Record<Hold['reason'], string> = {
  maintenance: 'a maintenance window',
  'quiet-hours': 'the quiet hours of the recipient',
  cap: 'the hourly limit of texts and calls to one person',
};

/** What the caller is told (docs/spec/api.md#dispatch). */
export function heldText({ until, reason, by }: Hold): string {
  const named = by === undefined ? '' : ` (${by})`;
  // A reason of a newer version is shown as it is (ADR 18).
  const why = isOneOf(HOLD_REASONS, reason) ? REASONS[reason] : reason;
  return `Held until ${new Date(until).toISOString()} by ${why}${named}.`;
}
