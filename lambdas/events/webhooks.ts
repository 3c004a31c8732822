import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import { gapAfter, signWebhook } from '../core/events/webhook.ts';
import type { ActionKeys } from '../core/replies/ports.ts';
import { type Http, HttpFailure } from '../providers/http.ts';
import type { Log } from '../runtime/logger.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';

/** What every event has; the rest is passed on as it came. */
const eventSchema = z.looseObject({ id: z.string().regex(/^[\w-]{1,64}$/), type: z.string() });
type Event = z.output<typeof eventSchema>;

/** As the rule on the bus puts it into the queue. */
const envelopeSchema = z.object({ detail: eventSchema });
/** What one webhook did not take. */
const copySchema = z.object({ to: z.string(), tries: z.int().positive(), event: eventSchema });
export type WebhookCopy = z.output<typeof copySchema>;

export interface WebhookQueue {
  /** Durable when it returns. */
  again(copy: WebhookCopy, delayMs: number): Promise<void>;
  /** Into the dead letters. */
  giveUp(message: WebhookCopy | { unreadable: string }, reason: string): Promise<void>;
}

interface Deps {
  urls: readonly string[];
  keys: ActionKeys;
  /** Follows no redirects. */
  http: Http;
  queue: WebhookQueue;
  logger: Pick<Log, 'warn' | 'error'>;
  clock: Clock;
}

/** Names a webhook in messages and logs: URLs may hold what is nobody's business. */
export const webhookName = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 12);

/**
 * One event for all webhooks, or for the one that did not take it before. Each is posted to for itself, at the same time,
 * and each that fails gets a copy of its own: so none waits for another. A webhook that is not configured any more is
 * dropped with what it still had to get.
 */
export function createWebhooks({ urls, keys, http, queue, logger, clock }: Deps): RecordHandler {
  const named = new Map(urls.map((url) => [webhookName(url), url]));

  async function deliver(name: string, url: string, event: Event, before: number): Promise<void> {
    const failure = await post(url, event);
    if (failure === undefined) return;
    const tries = before + 1;
    const gap = gapAfter(tries);
    logger.warn('a webhook did not take an event', { webhook: name, event: event.id, tries, failure });
    if (gap === undefined) await queue.giveUp({ to: name, tries, event }, failure);
    else await queue.again({ to: name, tries, event }, gap);
  }

  /** What went wrong, in a word. */
  async function post(url: string, event: Event): Promise<string | undefined> {
    const body = JSON.stringify(event);
    const { current, previous } = await keys();
    const signed = signWebhook(event.id, body, previous ? [current, previous] : [current], clock.now());
    const headers = { 'Content-Type': 'application/json', 'User-Agent': 'Lifeline', ...signed };
    try {
      const { status } = await http({ method: 'POST', url, headers, body });
      return status >= 200 && status <= 299 ? undefined : `http_${status}`;
    } catch (error) {
      if (error instanceof HttpFailure) return error.code;
      throw error;
    }
  }

  return async ({ body, messageId }) => {
    const message = read(body);
    if (!message) {
      logger.error('unreadable event, put into the dead letters', { messageId });
      return queue.giveUp({ unreadable: body }, 'unreadable');
    }
    const { event, tries } = message;
    const targets = [...named].filter(([name]) => message.to === undefined || message.to === name);
    await Promise.all(targets.map(([name, url]) => deliver(name, url, event, tries)));
  };
}

function read(body: string): { event: Event; tries: number; to?: string } | undefined {
  try {
    const message: unknown = JSON.parse(body);
    const copy = copySchema.safeParse(message);
    if (copy.success) return copy.data;
    const { data } = envelopeSchema.safeParse(message);
    return data && { event: data.detail, tries: 0 };
  } catch {
    return undefined;
  }
}
