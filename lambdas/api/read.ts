import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { Page } from '../core/page/page.ts';
import { positionOf } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { pageStatus } from '../core/page/status.ts';
import { encodeCursor, type Listing, stretchOf } from '../http/cursor.ts';
import type { Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import {
  decodePlace,
  type NotificationsQuery,
  parseListQuery,
  parseNotificationsQuery,
} from '../http/schemas/list-query.ts';
import { deliveryViews, pageView } from '../http/views/page.ts';

interface Deps {
  pages: PageStore;
  clock: Clock;
}

/** GET /notifications/{id} */
export const createGetNotification =
  ({ pages }: Pick<Deps, 'pages'>): Handler =>
  async ({ params: { id = '' } }) => {
    const page = await pages.getWithDescription(id);
    if (!page) throw notFound(id);
    return { status: 200, body: pageView(page) };
  };

export const notFound = (id: string) =>
  new Problem('notification-not-found', { detail: `There is no notification "${id}".` });

/** As `positionOf` makes it. */
const position = z.string().regex(/^\d{13}#[a-z2-7]{16}$/);
const timeOf = (text: string): number => Number(text.slice(0, 13));

/**
 * GET /notifications, newest first. Filters beyond the index apply to what was read, so an answer may hold fewer than
 * `limit` while there is more.
 */
export const createListNotifications =
  ({ pages, clock }: Deps): Handler =>
  async ({ query }) => {
    const wanted = parseNotificationsQuery(query, clock.now());
    const { limit, cursor, incidentId, recipientId, status, priority, service } = wanted;
    const by = incidentId !== undefined ? { incidentId } : recipientId !== undefined ? { recipientId } : 'time';
    const { since: from, until: to } = query;
    const filters = { incidentId, recipientId, status, priority, service, since: from, until: to };
    const listing: Listing = { list: 'notifications', filters };
    const place = cursor === undefined ? undefined : decodePlace(listing, position, timeOf, cursor);
    const { since, until } = place ?? wanted;
    const found = await pages.list({ by, since, until, limit, ...(place && { after: place.after }) });
    const last = found.at(-1);
    return {
      status: 200,
      body: {
        items: found.filter(matches(wanted)).map(pageView),
        ...(last &&
          found.length === limit && { nextCursor: encodeCursor(listing, { since, until, after: positionOf(last) }) }),
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
    const listing: Listing = { list: 'incident-deliveries', filters: { incidentId } };
    const body = await stretchOf(listing, parseListQuery(query), async () => {
      const deliveries = (await pages.ofIncident(incidentId)).flatMap(deliveryViews);
      // ISO times of one length sort as text.
      return deliveries.sort((a, b) => (a.queuedAt < b.queuedAt ? -1 : a.queuedAt > b.queuedAt ? 1 : 0));
    });
    return { status: 200, body };
  };
