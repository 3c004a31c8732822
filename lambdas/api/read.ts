import * as z from 'zod';
import type { Page } from '../core/page/page.ts';
import { positionOf } from '../core/page/page.ts';
import { pageStatus } from '../core/page/status.ts';
import { deliveryViews, pageView } from '../core/page/view.ts';
import type { Clock, PageStore } from '../core/ports.ts';
import { decodeCursor, encodeCursor, stretchOf } from '../runtime/cursor.ts';
import type { Handler } from '../runtime/http.ts';
import { Problem } from '../runtime/problem.ts';
import { type NotificationsQuery, parseListQuery, parseNotificationsQuery } from '../runtime/schemas/list-query.ts';

interface Deps {
  pages: PageStore;
  clock: Clock;
}

/** GET /notifications/{id} */
export const createGetNotification =
  ({ pages }: Pick<Deps, 'pages'>): Handler =>
  async ({ params: { id = '' } }) => {
    const page = await pages.getWhole(id);
    if (!page) throw notFound(id);
    return { status: 200, body: pageView(page) };
  };

export const notFound = (id: string) =>
  new Problem('notification-not-found', { detail: `There is no notification "${id}".` });

const position = z.string().regex(/^\d{13}#[a-z2-7]{16}$/);

/**
 * GET /notifications, newest first. Filters beyond the index apply to what was read, so an answer may hold fewer than
 * `limit` while there is more.
 */
export const createListNotifications =
  ({ pages, clock }: Deps): Handler =>
  async ({ query }) => {
    const wanted = parseNotificationsQuery(query, clock.now());
    const { since, until, limit, cursor, incidentId, recipientId } = wanted;
    const by = incidentId !== undefined ? { incidentId } : recipientId !== undefined ? { recipientId } : 'time';
    const after = cursor === undefined ? {} : { after: decodeCursor(position, cursor) };
    const found = await pages.list({ by, since, until, limit, ...after });
    const last = found.at(-1);
    return {
      status: 200,
      body: {
        items: found.filter(matches(wanted)).map(pageView),
        ...(last && found.length === limit && { nextCursor: encodeCursor(positionOf(last)) }),
      },
    };
  };

const matches =
  ({ status, recipientId, priority, service }: NotificationsQuery) =>
  (page: Page): boolean =>
    (recipientId === undefined || page.recipientId === recipientId) &&
    (priority === undefined || page.incident.priority === priority) &&
    (service === undefined || page.incident.service === service) &&
    (status === undefined || pageStatus(page) === status);

/** GET /incidents/{incidentId}/deliveries: all recipients and channels, oldest first. */
export const createListIncidentDeliveries =
  ({ pages }: Pick<Deps, 'pages'>): Handler =>
  async ({ params: { incidentId = '' }, query }) => {
    const stretch = parseListQuery(query);
    const deliveries = (await pages.ofIncident(incidentId)).flatMap(deliveryViews);
    // ISO times of one length sort as text.
    const oldestFirst = deliveries.sort((a, b) => (a.queuedAt < b.queuedAt ? -1 : a.queuedAt > b.queuedAt ? 1 : 0));
    return { status: 200, body: stretchOf(oldestFirst, stretch) };
  };
