import { requiresAck } from '../core/page/new.ts';
import type { Page } from '../core/page/page.ts';
import { pageStatus } from '../core/page/status.ts';
import { deliveryViews } from '../core/page/view.ts';
import type { Plan } from '../core/plan.ts';
import { UNUSABLE_TEXT } from '../core/plan.ts';
import type { createDispatch } from '../operations/dispatch.ts';
import type { Accepted } from '../runtime/api.gen.ts';
import type { ApiRequest, Handler } from '../runtime/http.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { invalid, Problem } from '../runtime/problem.ts';
import { type DispatchInput, dispatchSchema } from '../runtime/schemas/dispatch.ts';
import { parse } from '../runtime/validation.ts';

interface Deps {
  dispatch: ReturnType<typeof createDispatch>;
  logger: Pick<Log, 'error'>;
  count: Count;
}

/** POST /notifications (contract §1, "Dispatch"). */
export function createDispatchHandler({ dispatch, logger, count }: Deps): Handler {
  return async (request) => {
    const { requireAck, ...body }: DispatchInput = parse(dispatchSchema, request.body);
    const key = idempotencyKey(request);
    const outcome = await dispatch(
      { ...body, requireAck: requireAck ?? requiresAck(body.type, body.incident.priority) },
      {
        clientId: request.caller.clientId,
        by: request.caller.name ?? request.caller.subject,
        ...(key !== undefined && { idempotencyKey: key }),
      },
    );
    switch (outcome.result) {
      case 'unknown-recipient':
        throw new Problem('recipient-not-found', { detail: `There is no recipient "${body.recipientId}".` });
      case 'key-reused':
        throw new Problem('idempotency-key-reused', {
          detail: 'This Idempotency-Key was used for another dispatch within 24 hours.',
        });
      case 'no-usable-channel': {
        const { unusable } = outcome.plan;
        logger.error('nobody can be reached by this page', { recipientId: body.recipientId, unusable });
        count(METRICS.noUsableChannel);
        throw new Problem('no-usable-channel', {
          detail: `No channel can reach "${body.recipientId}".`,
          channels: unusable.map(({ channel, reason }) => ({ channel, reason, message: UNUSABLE_TEXT[reason] })),
        });
      }
      case 'accepted':
        return {
          status: 202,
          body: accepted(outcome.page, outcome.plan, outcome.deduplicated),
          headers: outcome.replayed ? { 'Idempotency-Replayed': 'true' } : {},
        };
    }
  };
}

function accepted(page: Page, plan: Plan, deduplicated: boolean): Accepted {
  const channels = deliveryViews(page).map(({ deliveryId, channel, tier, status }) => ({
    deliveryId,
    channel,
    tier,
    status,
  }));
  const started = new Set(channels.map(({ tier }) => tier));
  return {
    notificationId: page.id,
    incidentId: page.incident.id,
    recipientId: page.recipientId,
    status: pageStatus(page),
    queued: channels.filter(({ status }) => status === 'QUEUED').length,
    channels,
    pendingTiers: plan.tiers.map(({ tier }) => tier).filter((tier) => !started.has(tier)),
    warnings: plan.warnings,
    ...(deduplicated && { deduplicated }),
  };
}

function idempotencyKey({ headers }: ApiRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined || /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/.test(key)) return key;
  throw invalid({ path: 'Idempotency-Key', message: 'must have 1 to 128 printable ASCII characters' });
}
