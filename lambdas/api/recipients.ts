import { isDeepStrictEqual } from 'node:util';
import type { AuditAction } from '../core/audit/actions.ts';
import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { keptMarks } from '../core/contacts/broken.ts';
import type { OptOutStore } from '../core/opt-out/ports.ts';
import { CHANNELS, positionOf } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { isOpen } from '../core/page/status.ts';
import { isSamePhone } from '../core/recipient/phone.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import { type Recipient, textedPhone } from '../core/recipient/recipient.ts';
import { putPhone } from '../core/recipient/recipient-phone.ts';
import { FIXED } from '../core/rules.ts';
import type { Releases } from '../core/suppression/ports.ts';
import { isOneOf } from '../core/versions.ts';
import { requireScope } from '../http/caller.ts';
import { decodeCursor, encodeCursor, type Listing } from '../http/cursor.ts';
import type { ApiRequest, Handler } from '../http/http.ts';
import { requirePreconditions } from '../http/preconditions.ts';
import { invalid, Problem } from '../http/problem.ts';
import { parseListQuery } from '../http/schemas/list-query.ts';
import { localRecipientSchema, type RecipientInput, recipientSchema } from '../http/schemas/recipient.ts';
import { recipientId } from '../http/schemas/text.ts';
import { parse } from '../http/validation.ts';
import { etag, recipientSummary, recipientView } from '../http/views/recipient.ts';
import { changeHolds } from './change-holds.ts';

interface Deps {
  recipients: RecipientStore;
  /** The recipient's held pages are looked at when the quiet hours change. */
  releases: Releases;
  optOuts: OptOutStore;
  pages: PageStore;
  audit: AuditLog;
  clock: Clock;
  /** Teams webhooks may be on this machine: the local run alone. */
  loopbackWebhooks: boolean;
}

/** GET /recipients/{id}: the only answer with the phone in full. */
export const createGetRecipient =
  ({ recipients }: Deps): Handler =>
  async ({ params: { id = '' } }) => {
    const recipient = await recipients.get(id);
    if (!recipient) throw notFound(id);
    return { status: 200, body: recipientView(recipient), headers: { ETag: etag(recipient) } };
  };

const LISTING: Listing = { list: 'recipients', filters: {} };

/** GET /recipients, by id, phones masked. */
export const createListRecipients =
  ({ recipients }: Deps): Handler =>
  async ({ query }) => {
    const { limit, cursor } = parseListQuery(query);
    const after = cursor === undefined ? undefined : decodeCursor(LISTING, recipientId, cursor);
    const found = await recipients.list(limit, after);
    const last = found.at(-1);
    return {
      status: 200,
      body: {
        items: found.map(recipientSummary),
        ...(last && found.length === limit && { nextCursor: encodeCursor(LISTING, last.id) }),
      },
    };
  };

/** PUT /recipients/{id}: 201 or 200; 412 where a precondition fails, and without one the last writer wins. */
export const createPutRecipient =
  ({ recipients, releases, optOuts, audit, clock, loopbackWebhooks }: Deps): Handler =>
  async (request) => {
    const { id = '' } = request.params;
    const input = parse(loopbackWebhooks ? localRecipientSchema : recipientSchema, request.body);
    if (input.id !== undefined && input.id !== id)
      throw invalid({ path: 'id', message: `must be "${id}", as in the path` });
    for (;;) {
      const stored = await recipients.get(id);
      requirePreconditions(request.headers, stored && etag(stored));
      const { next: asked, needsAdmin } = merge(id, input, stored, clock.now());
      if (needsAdmin) requireScope(request.caller, 'lifeline/admin');
      const next = await heedOptOut(asked, stored, optOuts);
      const put = async () => (await recipients.put(next, stored?.version ?? 0)) === 'saved';
      if (await (readsOtherwise(next, stored) ? changeHolds(releases, { recipientId: id }, put) : put())) {
        if (stored?.smsSuppressed && !next.smsSuppressed) await forgetOptOut(next, stored, optOuts);
        await record(audit, stored ? 'recipient.updated' : 'recipient.created', id, next.updatedAt, request);
        return { status: stored ? 200 : 201, body: recipientView(next), headers: { ETag: etag(next) } };
      }
      // Somebody was faster: with If-Match that is the caller's 412, without it the change goes on top.
    }
  };

/** DELETE /recipients/{id}: refused while a page to the recipient is open. */
export const createDeleteRecipient =
  ({ recipients, pages, audit, clock }: Deps): Handler =>
  async (request) => {
    const { id = '' } = request.params;
    const stored = await recipients.get(id);
    if (!stored) throw notFound(id);
    requirePreconditions(request.headers, stored && etag(stored));
    const open = await firstOpenPage(pages, id, clock.now());
    if (open) {
      throw new Problem('open-pages', { detail: `${open} is still open. Acknowledge or resolve it first.` });
    }
    if ((await recipients.delete(id, stored.version)) === 'conflict') throw new Problem('conflict');
    await record(audit, 'recipient.deleted', id, clock.now(), request);
    return { status: 204 };
  };

export const notFound = (id: string) =>
  new Problem('recipient-not-found', { detail: `There is no recipient "${id}".` });

/** A whole replacement, but for what a reader cannot send back and for what belongs to a phone (`putPhone`). */
function merge(id: string, input: RecipientInput, stored: Recipient | undefined, now: number) {
  const {
    brokenContacts: _____,
    teamsWebhookUrl,
    phone: _,
    phoneVerified: __,
    verifiedPhone: ___,
    smsSuppressed: ____,
    ...fields
  } = input;
  const webhook = teamsWebhookUrl === undefined ? stored?.teamsWebhookUrl : teamsWebhookUrl;
  const phone = putPhone(input, stored);
  if (phone.put === 'foreign-verified-phone') {
    const message = 'is not the number in use for this recipient; send back what was read, or null to stop using it';
    throw invalid({ path: 'verifiedPhone', message });
  }
  // A preference for a channel that only a newer version knows cannot be in the body: it stays (ADR 18).
  const foreign = stored?.preferences.filter(({ channel }) => !isOneOf(CHANNELS, channel)) ?? [];
  const next: Recipient = {
    ...fields,
    preferences: [...fields.preferences, ...foreign],
    ...phone.fields,
    id,
    ...(webhook && { teamsWebhookUrl: webhook }),
    version: (stored?.version ?? 0) + 1,
    updatedAt: now,
  };
  // A corrected address is unmarked, and so is one that is given anew later.
  const broken = keptMarks(next, stored);
  return { next: broken ? { ...next, broken } : next, needsAdmin: phone.needsAdmin };
}

/** Whether the recipient's quiet hours are others now, or mean other times. */
const readsOtherwise = (next: Recipient, stored: Recipient | undefined): boolean =>
  stored !== undefined && !isDeepStrictEqual(quietOf(next), quietOf(stored));

const quietOf = ({ quietHours, timezone }: Recipient) => ({ quietHours, timezone });

/** A number new to the record that STOP was sent from starts suppressed, whatever was read beside another number. */
async function heedOptOut(next: Recipient, stored: Recipient | undefined, optOuts: OptOutStore): Promise<Recipient> {
  const phone = textedPhone(next);
  if (phone === undefined || (stored && isSamePhone(phone, textedPhone(stored)))) return next;
  return (await optOuts.has(phone)) ? { ...next, smsSuppressed: true } : next;
}

/** An admin took the opt-out back: the number is not marked any more. */
async function forgetOptOut(next: Recipient, stored: Recipient, optOuts: OptOutStore): Promise<void> {
  const phone = textedPhone(next);
  if (phone !== undefined && isSamePhone(phone, textedPhone(stored))) await optOuts.remove(phone);
}

/** Pages of the last 90 days; older ones have expired. */
async function firstOpenPage(pages: PageStore, recipientId: string, now: number): Promise<string | undefined> {
  const limit = 100;
  let after: { after?: string } = {};
  for (;;) {
    const found = await pages.list({ by: { recipientId }, since: now - FIXED.retention, until: now, limit, ...after });
    const open = found.find((page) => isOpen(page, now));
    const last = found.at(-1);
    if (open || !last || found.length < limit) return open?.id;
    after = { after: positionOf(last) };
  }
}

const record = (audit: AuditLog, action: AuditAction, id: string, at: number, { caller }: ApiRequest) =>
  audit.record({
    at,
    resource: `recipient/${id}`,
    action,
    actor: `${caller.clientId}/${caller.subject}`,
    ...(caller.sourceIp && { from: caller.sourceIp }),
  });
