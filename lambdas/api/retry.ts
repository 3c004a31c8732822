import { MAX_DELIVERIES } from '../core/page/retry.ts';
import { pageStatus } from '../core/page/status.ts';
import type { Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { channelsSchema } from '../http/schemas/channels.ts';
import { parse } from '../http/validation.ts';
import { pageView } from '../http/views/page.ts';
import { noUsableChannel } from './dispatch-answer.ts';
import { notFound } from './read.ts';
import type { RetryPage } from './retry-page.ts';

/** POST /notifications/{id}/retry */
export const createRetry =
  ({ retryPage }: { retryPage: RetryPage }): Handler =>
  async ({ params: { id = '' }, body, caller }) => {
    const { channels } = parse(channelsSchema, body);
    const { clientId, subject, sourceIp } = caller;
    const outcome = await retryPage(id, {
      actor: `${clientId}/${subject}`,
      ...(channels && { channels }),
      ...(sourceIp && { from: sourceIp }),
    });
    switch (outcome.result) {
      case 'unknown-page':
        throw notFound(id);
      case 'answered':
        throw new Problem('already-answered', { detail: `The page is ${pageStatus(outcome.page)}.` });
      case 'superseded':
        throw new Problem('superseded', {
          detail: `The louder page ${outcome.page.superseded?.by} took its place. Retry that one.`,
        });
      case 'too-often': {
        const sent = Object.keys(outcome.page.deliveries).length;
        throw new Problem('retried-too-often', {
          detail: `The page has ${sent} deliveries, and is not retried from ${MAX_DELIVERIES} on. Dispatch a new one.`,
        });
      }
      case 'nothing':
        throw new Problem('nothing-to-retry', {
          detail: channels
            ? 'None of these is a channel of this page that is not on its way.'
            : 'Nothing of this page failed.',
        });
      case 'no-usable-channel':
        throw noUsableChannel(outcome.page.recipientId, outcome.unusable);
      case 'retried':
      case 'completed':
        return { status: 202, body: pageView(outcome.page) };
    }
  };
