import type { Plan, Warning } from '../core/escalation/plan.ts';
import { UNUSABLE_TEXT, unsentText } from '../core/escalation/plan.ts';
import type { Page } from '../core/page/page.ts';
import { isHeld, pageStatus } from '../core/page/status.ts';
import { heldText } from '../core/suppression/hold.ts';
import type { Accepted } from '../http/api.gen.ts';
import type { ApiRequest, ApiResponse } from '../http/http.ts';
import { invalid, Problem } from '../http/problem.ts';
import { deliveryViews } from '../http/views/page.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import type { DispatchResult } from '../use-cases/dispatch.ts';

export const unknownRecipient = (id: string) =>
  new Problem('recipient-not-found', { detail: `There is no recipient "${id}".` });

export const noUsableChannel = (recipientId: string, unusable: Plan['unusable']) =>
  new Problem('no-usable-channel', {
    detail: `No channel can reach "${recipientId}".`,
    channels: unusable.map(({ channel, reason }) => ({ channel, reason, message: UNUSABLE_TEXT[reason] })),
  });

/** What came of a dispatch, as the API answers it. Operations hears of a page that can reach nobody. */
export function answerOf(
  outcome: DispatchResult,
  recipientId: string,
  { logger, count }: { logger: Pick<Log, 'error'>; count: Count },
): ApiResponse {
  switch (outcome.result) {
    case 'unknown-recipient':
      throw unknownRecipient(recipientId);
    case 'key-reused':
      throw new Problem('idempotency-key-reused', {
        detail: 'This Idempotency-Key was used for another dispatch within 24 hours.',
      });
    case 'no-usable-channel': {
      const { unusable } = outcome.plan;
      logger.error('nobody can be reached by this page', { recipientId, unusable });
      count(METRICS.noUsableChannel);
      throw noUsableChannel(recipientId, unusable);
    }
    case 'accepted':
      return {
        status: 202,
        body: accepted(outcome.page, outcome.plan, outcome.deduplicated),
        headers: outcome.replayed ? { 'Idempotency-Replayed': 'true' } : {},
      };
  }
}

function accepted(page: Page, plan: Plan, deduplicated: boolean): Accepted {
  const channels = deliveryViews(page).map(({ deliveryId, channel, tier, status }) => ({
    deliveryId,
    channel,
    tier,
    status,
  }));
  return {
    notificationId: page.id,
    incidentId: page.incident.id,
    recipientId: page.recipientId,
    status: pageStatus(page),
    // What is held is queued nowhere.
    queued: isHeld(page) ? 0 : channels.filter(({ status }) => status === 'QUEUED').length,
    channels,
    // The page's own: a replay, or another body that joins it, may plan others by now.
    pendingTiers: page.pendingTiers.map(({ tier }) => tier),
    warnings: [...plan.warnings, ...warningsOf(page, plan)],
    ...(deduplicated && { deduplicated }),
  };
}

/** What the page itself says of its way, beside what is weak in the recipient's contact points. */
function warningsOf(page: Page, plan: Plan): Warning[] {
  if (isHeld(page)) return [{ code: 'held', message: heldText(page.held) }];
  const isUnsent = Object.keys(page.deliveries).length === 0;
  return isUnsent ? [{ code: 'no-usable-channel', message: unsentText(page.recipientId, plan) }] : [];
}

/** The key of the request, if it has one. Throws `invalid-request` for one that is malformed. */
export function idempotencyKey({ headers }: ApiRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/.test(key)) return key;
  throw invalid({ path: 'Idempotency-Key', message: 'must have 1 to 128 printable ASCII characters' });
}
