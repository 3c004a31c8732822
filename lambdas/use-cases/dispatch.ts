import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { nextStep } from '../core/escalation/next-step.ts';
import type { Plan } from '../core/escalation/plan.ts';
import { planPage } from '../core/escalation/plan.ts';
import type { EscalationChecks } from '../core/escalation/ports.ts';
import { bodyDigest, dedupeKey, keyedPageId } from '../core/page/ids.ts';
import { answeredBy, type DispatchRequest, newPage } from '../core/page/new.ts';
import { type Channel, isIn, type Page } from '../core/page/page.ts';
import type { DedupeStore, DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { firstCopies } from '../core/page/start.ts';
import { isHeld, isOpen } from '../core/page/status.ts';
import { isLouder, takesUp } from '../core/page/supersede.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Rules } from '../core/rules.ts';
import { FIXED } from '../core/rules.ts';
import { createAnswerByUpdate, type DispatchActor } from './answer-by-update.ts';
import type { AnswerIncident } from './answer-incident.ts';
import type { Suppression } from './hold-page.ts';
import type { ReserveCode } from './reserve-code.ts';
import { createSuperseding } from './supersede-pages.ts';

export interface DispatchContext extends DispatchActor {
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
  escalationChecks: EscalationChecks;
  answerIncident: AnswerIncident;
  audit: AuditLog;
  rules: Rules;
  clock: Clock;
  /** The channels this deployment has. */
  available: ReadonlySet<Channel>;
  /** Holds pages and lets them share messages. */
  suppression: Suppression;
  /** Ids of pages without an idempotency key. */
  newPageId: () => string;
}

/**
 * Accepts a page. It answers only when the page and one queue message per first-tier delivery are durable; whatever an
 * interrupted earlier call left missing is done by the next one with the same key, or for the same open page. So no
 * crash loses an accepted page (docs/spec/inside.md#accepting). A page that is louder than the open one takes its place
 * (ADR 15).
 */
export function createDispatch(deps: Deps) {
  const { pages, dedupe, clock } = deps;
  const answerByUpdate = createAnswerByUpdate(deps.answerIncident);
  const { overtaken, supersedeAll } = createSuperseding(deps);

  return async function dispatch(request: DispatchRequest, context: DispatchContext): Promise<DispatchResult> {
    const digest = bodyDigest(request);
    const { priority } = request.incident;
    const recipient = await deps.recipients.get(request.recipientId);
    const plan = recipient && planPage({ priority, ...request }, recipient, deps.available);

    // News answers the incident whatever becomes of its own message (docs/spec/api.md#dispatch).
    if (!plan || (plan.tiers.length === 0 && (context.quiet || !answeredBy(request.type)))) {
      // A repeated call answers as the first did, even if the recipient has changed or gone since.
      const before = await replayed();
      if (before) return replay(before, plan ?? NOTHING);
      return plan ? { result: 'no-usable-channel', plan } : { result: 'unknown-recipient' };
    }
    const { clientId, idempotencyKey: key } = context;
    if (key === undefined) return withoutKey(plan, deps.newPageId);
    return context.joins ? joining(plan, clientId, key) : withKey(plan, clientId, key);

    async function withKey(plan: Plan, clientId: string, key: string): Promise<DispatchResult> {
      for (let generation = 0; ; generation++) {
        const page = await draft(plan, keyedPageId(clientId, key, generation));
        if ((await pages.create(page)) === 'created') {
          await settle(page, await register(page, true));
          return { result: 'accepted', page, plan, replayed: false, deduplicated: false };
        }
        const existing = await pages.get(page.id, { consistent: true });
        if (existing && isWithinWindow(existing)) return replay(existing, plan);
      }
    }

    async function replay(page: Page, plan: Plan): Promise<DispatchResult> {
      if (page.bodyDigest !== digest) return { result: 'key-reused' };
      await settle(page, await register(page, false));
      return { result: 'accepted', page, plan, replayed: true, deduplicated: false };
    }

    /**
     * Makes a page with a key the one that takes up dispatches without a key, unless a louder page is open. The page is
     * written before, since no other dispatch may write a page under the id of a key.
     * @returns what the page has to stop
     */
    async function register(page: Page, isNew: boolean): Promise<readonly string[]> {
      let entry = await dedupe.claim(dedupeName(), page.id);
      while (entry.pageId !== page.id) {
        if (!isNew && !isOpen(page, clock.now())) return [];
        const holder = await pages.get(entry.pageId, { consistent: true });
        const isHolderOpen = holder !== undefined && isOpen(holder, clock.now());
        if (isHolderOpen && isLouder(holder.incident.priority, priority)) return [];
        const isAsLoud = isHolderOpen && holder.incident.priority === priority;
        // A missing page is about to be written, unless its dispatch has died.
        const missing = [entry.pageId, ...entry.over];
        const over = isAsLoud ? entry.over : holder ? await overtaken(holder, entry, priority) : missing;
        entry = await dedupe.replace(dedupeName(), entry.pageId, { pageId: page.id, over });
      }
      return entry.over;
    }

    /** Without a key, but with ids that follow from one, so that a repetition finds what the first run made. */
    async function joining(plan: Plan, clientId: string, key: string): Promise<DispatchResult> {
      for (let generation = 0; ; generation++) {
        const made = await pages.get(keyedPageId(clientId, key, generation), { consistent: true });
        if (!made) return withoutKey(plan, () => keyedPageId(clientId, key, generation++));
        // Another dispatch may have written a quieter page under an id that an interrupted run of this one had claimed.
        if (!isLouder(priority, made.incident.priority)) return taken(made, await register(made, false), false);
      }
    }

    /** @param newId the id of the page, if a new one is made; another one each time */
    async function withoutKey(plan: Plan, newId: () => string): Promise<DispatchResult> {
      let own = newId();
      let entry = await dedupe.claim(dedupeName(), own);
      for (;;) {
        const { pageId, over } = entry;
        let existing = pageId === own ? undefined : await pages.get(pageId, { consistent: true });
        if (!existing) {
          // Until another dispatch's page is written, one that it is to take the place of may be open and loud enough.
          const stands = (page: Page) => takesUp(page, priority, clock.now());
          const standing = pageId === own ? undefined : (await pages.getMany(over)).find(stands);
          if (standing) return taken(standing, [], false);
          // The dispatch that holds the row may have died before it wrote its page: this one writes it under the same
          // id.
          const page = await draft(plan, pageId);
          if ((await pages.create(page)) === 'created') return taken(page, over, true);
          existing = await pages.get(pageId, { consistent: true });
        }
        if (!existing) continue;
        if (takesUp(existing, priority, clock.now())) return taken(existing, over, false);
        if (pageId === own) own = newId();
        const next = { pageId: own, over: await overtaken(existing, entry, priority) };
        entry = await dedupe.replace(dedupeName(), pageId, next);
      }
    }

    /** The answer of a dispatch without a key: its own new page, or one that takes it up. */
    async function taken(page: Page, over: readonly string[], isMine: boolean): Promise<DispatchResult> {
      await settle(page, over);
      // The news is out already; what it says about the incident also holds for what was paged since.
      if (!isMine && !isUntouched(page)) await stopIfNews(page, clock.now());
      return { result: 'accepted', page, plan: plan ?? NOTHING, replayed: false, deduplicated: !isMine };
    }

    /** The page goes on its way before the quieter ones stop: a crash in between leaves too many, and never too few. */
    async function settle(page: Page, over: readonly string[]): Promise<void> {
      await complete(page);
      if (over.length > 0 && (await supersedeAll(over, page))) await dedupe.settle(dedupeName(), page.id);
    }

    async function draft(plan: Plan, id: string): Promise<Page> {
      const now = clock.now();
      const code = await deps.reserveCode(plan, id, now);
      const { timezone, language } = recipient ?? {};
      const locale = { ...(timezone && { timezone }), ...(language && { language }) };
      const { clientId, test } = context;
      const about = { id, request, recipient, plan, test: test === true, now };
      const suppressed = plan.tiers.length > 0 ? await deps.suppression.evaluate(about) : undefined;
      const draft = { id, request, plan, code, clientId, by: context.by, bodyDigest: digest, now, locale };
      return newPage({ ...draft, ...(test && { test }), ...suppressed });
    }

    /**
     * Everything a 202 promises beyond the page itself. Repeating it is harmless: claims drop the extra copies. A call
     * before this one may have died between any two messages, so a channel that is under way says nothing of the
     * others.
     */
    async function complete(page: Page): Promise<void> {
      // It comes before every message: where one has been claimed it has been done.
      if (isUntouched(page)) await stopIfNews(page, page.createdAt);
      if (isHeld(page)) return deps.suppression.keep(page);
      const now = clock.now();
      const next = nextStep(page, now, deps.rules);
      const { priority } = page.incident;
      await Promise.all([
        ...firstCopies(page).map((copy) => deps.queue.send(copy, priority)),
        next.step !== 'end' &&
          deps.escalationChecks.send({ pageId: page.id }, next.step === 'wait' ? Math.max(0, next.until - now) : 0),
      ]);
    }

    async function stopIfNews(page: Page, at: number): Promise<void> {
      if (!context.quiet) await answerByUpdate(request, context, page.id, at);
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
  Object.values(page.deliveries).every((d) => isIn(d, 'QUEUED') && d.claims === 0);
