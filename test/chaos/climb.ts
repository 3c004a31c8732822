/**
 * What docs/spec/escalation.md#follow-ups says of tiers, follow-ups and the end, looked at from outside: each start
 * when it is written.
 */
import {
  type Delivery,
  type DeliveryKey,
  isIn,
  type Page,
  type Priority,
  providerOf,
  TIERS,
} from '../../lambdas/core/page/page.ts';
import { isAnswered, pageStatus } from '../../lambdas/core/page/status.ts';
import { MINUTE } from '../../lambdas/core/time.ts';

const SUCCESS: Record<Priority, number> = { CRITICAL: MINUTE, HIGH: 2 * MINUTE, MEDIUM: 5 * MINUTE, LOW: 5 * MINUTE };
const ACK: Record<Priority, number> = { CRITICAL: MINUTE, HIGH: 2 * MINUTE, MEDIUM: 2 * MINUTE, LOW: 2 * MINUTE };
const GIVE_UP: Record<Priority, number> = {
  CRITICAL: 30 * MINUTE,
  HIGH: 20 * MINUTE,
  MEDIUM: 20 * MINUTE,
  LOW: 20 * MINUTE,
};
/** What cannot be mended by trying again. */
const FOR_GOOD = new Set(['sender_fault', 'destination_fault', 'recipient_permanent', 'opted_out', 'our_bug']);

const all = (page: Page): Delivery[] => Object.values(page.deliveries);
const isOut = (one: Delivery) => isIn(one, 'FAILED') || (isIn(one, 'QUEUED') && one.deferral !== undefined);
const succeeded = ({ state: { status }, channel, ...one }: Delivery): boolean =>
  channel !== 'teams' &&
  channel !== 'push' &&
  (status === 'DELIVERED' ||
    (status === 'SENT' && (channel === 'slack' || (channel === 'sms' && providerOf(one) === 'sns'))));
const first = (times: (number | undefined)[]) => Math.min(...times.map((time) => time ?? Number.POSITIVE_INFINITY));
const isForGood = (one: Delivery) =>
  isIn(one, 'FAILED') && FOR_GOOD.has(one.state.error.class) && one.state.error.code !== 'no_human';

export function createClimb(violated: (invariant: string, what: string) => void) {
  const TIERS_ONCE = '4 tiers in order and once';
  const END = '10 every page comes to an end';

  function tierStarted(before: Page, after: Page, added: Delivery[], now: number): void {
    const { id, requireAck, incident } = before;
    const [due] = before.pendingTiers;
    const tiers = [...new Set(added.map(({ tier }) => tier))];
    if (!due || tiers.length !== 1 || tiers[0] !== due.tier)
      violated(TIERS_ONCE, `${id} started ${tiers} before its turn`);
    if (after.pendingTiers.length !== before.pendingTiers.length - 1) violated(TIERS_ONCE, `${id} skipped a tier`);
    const at = Math.max(...all(before).map(({ queuedAt }) => queuedAt));
    const last = all(before).filter(({ queuedAt }) => queuedAt === at);
    const spent = last.every(isOut) || (!last.some(succeeded) && now >= at + SUCCESS[incident.priority]);
    const clock = Math.min(first(last.map(({ sentAt }) => sentAt)), at + MINUTE);
    const overdue = requireAck && now >= clock + ACK[incident.priority];
    if (!spent && !overdue)
      violated(TIERS_ONCE, `${id} started ${tiers} ${now - at} ms after the tier before, which was not spent`);
  }

  function roundStarted(before: Page, added: Delivery[], now: number): void {
    const { id, requireAck } = before;
    const at = Math.max(...all(before).map(({ queuedAt }) => queuedAt));
    if (before.pendingTiers.length > 0) violated(TIERS_ONCE, `${id} followed up before all tiers had started`);
    if (!requireAck) violated(TIERS_ONCE, `${id} was followed up and asks for no answer`);
    if (now - at < 5 * MINUTE) violated(TIERS_ONCE, `${id} was followed up ${now - at} ms after its last start`);
    for (const { channel } of added) {
      const lost = all(before).some((one) => one.channel === channel && isForGood(one));
      if (lost) violated(TIERS_ONCE, `${id} tried ${channel} again, which had failed for good`);
    }
  }

  function exhausted(before: Page, now: number): void {
    if (before.pendingTiers.length > 0) violated(END, `${before.id} was given up before all tiers had started`);
    const began = first(all(before).map(({ sentAt }) => sentAt));
    const latest = first(all(before).map(({ queuedAt }) => queuedAt)) + MINUTE;
    const end = (Number.isFinite(began) ? began : latest) + GIVE_UP[before.incident.priority];
    const channels = new Set(
      all(before)
        .filter(isForGood)
        .map(({ channel }) => channel),
    );
    const isLost = all(before).every(({ channel }) => channels.has(channel));
    if (now < end && !isLost) violated(END, `${before.id} was given up ${end - now} ms too early`);
  }

  return {
    created(page: Page): void {
      const order = [...new Set(all(page).map(({ tier }) => tier)), ...page.pendingTiers.map(({ tier }) => tier)];
      const sorted = TIERS.filter((tier) => order.includes(tier));
      if (order.join() !== sorted.join()) violated(TIERS_ONCE, `${page.id} would start ${order}`);
    },

    saved(before: Page, after: Page, now: number): void {
      const keys = Object.keys(after.deliveries).filter((key) => !before.deliveries[key as DeliveryKey]);
      const added = keys.map((key) => after.deliveries[key as DeliveryKey] as Delivery);
      if (added.length > 0) {
        if (isAnswered(before))
          violated('4 an answer stops what is not yet under way', `${after.id} started after its answer`);
        if (before.exhausted) violated(END, `${after.id} started after it was given up`);
        if (before.superseded) violated(TIERS_ONCE, `${after.id} started after a louder page took its place`);
        if (after.round === before.round) tierStarted(before, after, added, now);
        else if (after.round === before.round + 1) roundStarted(before, added, now);
        else violated(TIERS_ONCE, `${after.id} went from round ${before.round} to ${after.round}`);
      }
      if (after.exhausted && !before.exhausted) exhausted(before, now);
    },

    atEnd(page: Page): void {
      const status = pageStatus(page);
      if (page.requireAck && !page.superseded && !['ACKNOWLEDGED', 'RESOLVED', 'EXHAUSTED'].includes(status)) {
        violated(END, `${page.id} asks for an answer and rests in ${status}`);
      }
      const gotThrough = all(page).some(succeeded);
      if (!page.requireAck && !isAnswered(page) && !gotThrough && page.pendingTiers.length > 0) {
        violated(END, `${page.id} got through nowhere and never started ${page.pendingTiers.map(({ tier }) => tier)}`);
      }
    },
  };
}
