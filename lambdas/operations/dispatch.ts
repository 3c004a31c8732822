import { nextStep } from '../core/escalation/next-step.ts';
import { bodyDigest, dedupeKey, keyedPageId, randomPageId } from '../core/ids.ts';
import { type DispatchRequest, newPage } from '../core/page/new.ts';
import type { Channel, Page } from '../core/page/page.ts';
import { firstCopies } from '../core/page/start.ts';
import { isOpen } from '../core/page/status.ts';
import type { Plan } from '../core/plan.ts';
import { planPage } from '../core/plan.ts';
import type { AuditLog, Clock, DedupeStore, DeliveryQueue, Looks, PageStore, RecipientStore } from '../core/ports.ts';
import type { Rules } from '../core/rules.ts';
import { FIXED } from '../core/rules.ts';
import { createAnswerByNews, type Messenger } from './answer-by-news.ts';
import type { Restraint } from './hold-page.ts';
import type { ReserveCode } from './reserve-code.ts';
import type { StopIncident } from './stop-incident.ts';

export interface DispatchContext extends Messenger {
  idempotencyKey?: string;
  /** Marks the page as a test of contact points. */
  test?: true;
  /** News about an answer that was given elsewhere: it answers nothing itself. */
  quiet?: true;
  /** Takes up an open page like a dispatch without a key; a page of its own gets the id that the key gives it. */
  joins?: true;
}

export type DispatchResult =
  | { result: 'accepted'; page: Page; plan: Plan; replayed: boolean; deduplicated: boolean }
  | { result: 'unknown-recipient' }
  | { result: 'no-usable-channel'; plan: Plan }
  /** The key was used for another body. */
  | { result: 'key-reused' };

interface Deps {
  pages: PageStore;
  recipients: RecipientStore;
  dedupe: DedupeStore;
  queue: DeliveryQueue;
  reserveCode: ReserveCode;
  looks: Looks;
  stopIncident: StopIncident;
  audit: AuditLog;
  rules: Rules;
  clock: Clock;
  /** The channels this deployment has. */
  available: ReadonlySet<Channel>;
  /** Holds pages and lets them share messages; without it every page goes out at once and alone. */
  restraint?: Restraint;
  /** Ids of pages without an idempotency key; default random ones. */
  newPageId?: () => string;
}

/**
 * Accepts a page. It answers only when the page and one queue message per first-tier delivery are durable; whatever an
 * interrupted earlier call left missing is done by the next one with the same key, or for the same open page. So no
 * crash loses an accepted page (design §2.1).
 */
export function createDispatch(deps: Deps) {
  const { pages, dedupe, clock } = deps;
  const answerByNews = createAnswerByNews(deps);

  return async function dispatch(request: DispatchRequest, context: DispatchContext): Promise<DispatchResult> {
    const digest = bodyDigest(request);
    const recipient = await deps.recipients.get(request.recipientId);
    const wanted = { priority: request.incident.priority, ...request };
    const plan = recipient && planPage(wanted, recipient, deps.available);

    if (!plan || plan.tiers.length === 0) {
      // A repeated call answers as the first did, even if the recipient has changed or gone since.
      const before = await replayed();
      if (before) return replay(before, plan ?? NOTHING);
      return plan ? { result: 'no-usable-channel', plan } : { result: 'unknown-recipient' };
    }
    const { clientId, idempotencyKey: key } = context;
    if (key === undefined) return withoutKey(plan, (deps.newPageId ?? randomPageId)());
    return context.joins ? withoutKey(plan, keyedPageId(clientId, key, 0)) : withKey(plan, clientId, key);

    async function withKey(plan: Plan, clientId: string, key: string): Promise<DispatchResult> {
      for (let generation = 0; ; generation++) {
        const page = await draft(plan, keyedPageId(clientId, key, generation));
        if ((await pages.create(page)) === 'created') {
          await dedupe.put(dedupeName(), page.id);
          await complete(page);
          return { result: 'accepted', page, plan, replayed: false, deduplicated: false };
        }
        const existing = await pages.get(page.id, { consistent: true });
        if (existing && isWithinWindow(existing)) return replay(existing, plan);
      }
    }

    async function replay(page: Page, plan: Plan): Promise<DispatchResult> {
      if (page.bodyDigest !== digest) return { result: 'key-reused' };
      if (isUntouched(page)) await dedupe.claim(dedupeName(), page.id);
      await complete(page);
      return { result: 'accepted', page, plan, replayed: true, deduplicated: false };
    }

    /** @param own the id of the page, if a new one is made */
    async function withoutKey(plan: Plan, own: string): Promise<DispatchResult> {
      let holder = await dedupe.claim(dedupeName(), own);
      for (;;) {
        // The holder may have died before it wrote its page: then this call writes it under the same id.
        const existing = holder === own ? undefined : await pages.get(holder, { consistent: true });
        if (existing && !isOpen(existing)) {
          holder = await dedupe.replace(dedupeName(), holder, own);
          continue;
        }
        const page = existing ?? (await draft(plan, holder));
        const isMine = !existing && (await pages.create(page)) === 'created';
        const current = existing || isMine ? page : ((await pages.get(holder, { consistent: true })) ?? page);
        await complete(current);
        // The news is out already; what it says about the incident also holds for what was paged since.
        if (!isMine && !isUntouched(current)) await stopIfNews(current, clock.now());
        return { result: 'accepted', page: current, plan, replayed: false, deduplicated: !isMine };
      }
    }

    async function draft(plan: Plan, id: string): Promise<Page> {
      const now = clock.now();
      const code = await deps.reserveCode(plan, id, now);
      const { timezone, language } = recipient ?? {};
      const locale = { ...(timezone && { timezone }), ...(language && { language }) };
      const { clientId, test } = context;
      const restrained = await deps.restraint?.judge({ id, request, recipient, plan, test: test === true, now });
      const about = { id, request, plan, code, clientId, bodyDigest: digest, now, locale };
      return newPage({ ...about, ...(test && { test }), ...restrained });
    }

    /**
     * Everything a 202 promises beyond the page itself. Repeating it is harmless: claims drop the extra copies. A call
     * before this one may have died between any two messages, so a channel that is under way says nothing of the others.
     */
    async function complete(page: Page): Promise<void> {
      // It comes before every message: where one has been claimed it has been done.
      if (isUntouched(page)) await stopIfNews(page, page.createdAt);
      if (page.held) return deps.restraint?.keep(page);
      const now = clock.now();
      const next = nextStep(page, now, deps.rules);
      const { priority } = page.incident;
      await Promise.all([
        ...firstCopies(page).map((copy) => deps.queue.send(copy, priority)),
        next.step !== 'end' &&
          deps.looks.send({ pageId: page.id }, next.step === 'wait' ? Math.max(0, next.until - now) : 0),
      ]);
    }

    async function stopIfNews(page: Page, at: number): Promise<void> {
      if (!context.quiet) await answerByNews(request, context, page.id, at);
    }

    /** The page that the key stands for now, if it was used before. */
    async function replayed(): Promise<Page | undefined> {
      const { clientId, idempotencyKey: key } = context;
      if (key === undefined) return undefined;
      for (let generation = 0; ; generation++) {
        const page = await pages.get(keyedPageId(clientId, key, generation), { consistent: true });
        if (!page || isWithinWindow(page)) return page;
      }
    }

    function isWithinWindow(page: Page): boolean {
      return clock.now() - page.createdAt < FIXED.idempotencyWindow;
    }

    function dedupeName(): string {
      return dedupeKey(request.incident.id, request.recipientId, request.type, request.escalationLevel);
    }
  };
}

const NOTHING: Plan = { tiers: [], unusable: [], warnings: [] };

/** Nothing has been claimed yet, so it cannot be told whether the messages were sent. */
const isUntouched = (page: Page): boolean =>
  Object.values(page.deliveries).every((d) => d.status === 'QUEUED' && d.claims === 0);
