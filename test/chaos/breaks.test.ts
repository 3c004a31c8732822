/** For each invariant a deliberate break of the code, and the proof that the simulation notices; one file because the breaks are one table. */
import { afterEach, expect, test, vi } from 'vitest';
import type * as ContactNotifier from '../../lambdas/composition/contact-notifier.ts';
import type * as Breaker from '../../lambdas/core/circuit/circuit.ts';
import type * as NextStep from '../../lambdas/core/escalation/next-step.ts';
import type * as Plan from '../../lambdas/core/escalation/plan.ts';
import type * as Outcome from '../../lambdas/core/page/attempt.ts';
import type * as Claim from '../../lambdas/core/page/claim.ts';
import type { Page } from '../../lambdas/core/page/page.ts';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import type * as Start from '../../lambdas/core/page/start.ts';
import type * as Status from '../../lambdas/core/page/status.ts';
import type * as Board from '../../lambdas/core/suppression/bundle.ts';
import type * as Consume from '../../lambdas/delivery/consume.ts';
import type * as CallLine from '../../lambdas/delivery/phone-lock.ts';
import type * as Look from '../../lambdas/escalation/check.ts';
import type * as Step from '../../lambdas/escalation/step.ts';
import type * as Signature from '../../lambdas/providers/twilio-signature.ts';
import type * as ReleaseHeld from '../../lambdas/suppression/reevaluate-holds.ts';
import type * as Release from '../../lambdas/suppression/release.ts';
import type * as Bundle from '../../lambdas/use-cases/bundle.ts';
import type * as HoldPage from '../../lambdas/use-cases/hold-page.ts';
import type * as OptOut from '../../lambdas/use-cases/opt-out.ts';

const WITHIN_SEEDS = 400;
const at = (path: string) => new URL(`../../lambdas/${path}`, import.meta.url).pathname;

/** Replaces exports of a module for the next import of the simulation. */
function broken<M extends object>(path: string, change: (real: M) => Partial<M>): () => void {
  return () =>
    vi.doMock(at(path), async (original) => {
      const real = (await original()) as M;
      return { ...real, ...change(real) };
    });
}

type Break = [invariant: string, what: string, breakIt: () => void, from?: number];

/** Where to begin: rare bad luck is looked for from a seed on that has it. These are noticed in plain runs. */
const BREAKS: Break[] = [
  [
    '1 nothing accepted is lost',
    'the copy for the next provider is sent at once, and may be dropped before its page is written',
    broken<{ changeAndRequeue: unknown }>('use-cases/change-and-requeue.ts', () => ({
      async changeAndRequeue(
        {
          pages,
          queue,
        }: { pages: PageStore; queue: { send(message: object, priority: string, ms?: number): Promise<void> } },
        delivery: { pageId: string },
        decide: (page: Page) => object,
        { start }: { start?: Page } = {},
      ) {
        const { changePage } = await import('../../lambdas/use-cases/change-page.ts');
        const changed = await changePage(pages, delivery.pageId, decide, {
          async prepare(decision) {
            const { page, copy } = decision as { page?: Page; copy?: number };
            if (page && copy) await queue.send({ ...delivery, claim: copy }, page.incident.priority);
          },
          ...(start && { start }),
        });
        return changed;
      },
    })),
    437,
  ],
  [
    '2 what was sent is not sent again',
    'a copy of the queue reopens what is SENT',
    broken<typeof Claim>('core/page/claim.ts', (real) => ({
      claim(page, key, copy, legs, now) {
        const delivery = page.deliveries[key];
        if (delivery?.state.status !== 'SENT') return real.claim(page, key, copy, legs, now);
        const queued = { ...delivery, state: { status: 'QUEUED' as const } };
        const reopened = { ...page, deliveries: { ...page.deliveries, [key]: queued } };
        return real.claim(reopened, key, delivery.claims + 1, legs, now);
      },
    })),
  ],
  [
    '3 at most five attempts',
    'transient errors are retried without end',
    broken<typeof Outcome>('core/page/attempt.ts', (real) => ({
      afterFailure(...args) {
        const after = real.afterFailure(...args);
        return after.next === 'dead_lettered' ? { ...after, next: 'retry', delayMs: 1_000 } : after;
      },
    })),
  ],
  [
    '4 an answer stops what is not yet under way',
    'nobody looks whether the page was answered',
    broken<typeof Status>('core/page/status.ts', () => ({
      isAnswered: () => false,
      isStopped: ({ superseded }) => superseded !== undefined,
      stopReason: ({ superseded }) => superseded && 'superseded',
    })),
  ],
  [
    '1 a louder page takes the place of a quieter one',
    'a superseded page goes on with what was under way',
    broken<typeof Status>('core/page/status.ts', (real) => ({
      isStopped: real.isAnswered,
      stopReason: ({ resolved, acknowledged }) => (resolved ? 'resolved' : acknowledged && 'acknowledged'),
    })),
  ],
  [
    '4 tiers in order and once',
    'the next tier does not wait for the one before it',
    broken<typeof NextStep>('core/escalation/next-step.ts', (real) => ({
      nextStep(page, now, rules) {
        const next = real.nextStep(page, now, rules);
        const [tier] = page.pendingTiers;
        return next.step === 'wait' && tier ? { step: 'start_tier', tier, why: 'failed' } : next;
      },
    })),
  ],
  [
    '10 every page comes to an end',
    'the start of a round leaves the page where it was, so that two may start it',
    broken<typeof Start>('core/page/start.ts', (real) => ({
      start: (page, ...rest) => ({ ...real.start(page, ...rest), rev: page.rev }),
    })),
  ],
  [
    '10 every page comes to an end',
    'nobody looks at a page again',
    broken<typeof Look>('escalation/check.ts', () => ({ createEscalationCheck: () => async () => undefined })),
  ],
  [
    '1 nothing accepted is lost',
    'a step that is retried does not queue again what the one before may not have',
    broken<typeof Step>('escalation/step.ts', (real) => ({
      createStep(deps) {
        const step = real.createStep(deps);
        return (pageId) => step(pageId, false);
      },
    })),
    16,
  ],
  [
    '8 one call at a time on a phone',
    'nobody waits for the line',
    broken<typeof CallLine>('delivery/phone-lock.ts', () => ({ onFreePhone: (deliver) => deliver })),
    10,
  ],
  [
    '5 one probe',
    'the probe is not claimed, so everybody probes',
    broken<typeof Breaker>('core/circuit/circuit.ts', () => ({ claimProbe: (circuit) => circuit })),
  ],
  [
    '6 no call without a durable claim',
    'the claim is decided and not written',
    broken<{ changePage: unknown }>('use-cases/change-page.ts', () => ({
      async changePage(pages: PageStore, id: string, decide: (page: Page) => object) {
        const page = await pages.get(id);
        const decision = page && decide(page);
        return page && decision && { page: (decision as { page?: Page }).page ?? page, decision };
      },
    })),
  ],
  [
    '7 a webhook without a valid signature changes nothing',
    'every signature is valid',
    broken<typeof Signature>('providers/twilio-signature.ts', () => ({ validTwilioSignature: () => true })),
  ],
  [
    '9 nothing personal or secret in logs',
    'the worker logs whom it texts',
    broken<typeof Consume>('delivery/consume.ts', (real) => ({
      createConsume(deps) {
        const consume = real.createConsume(deps);
        return async (record, context) => {
          deps.logger.error('texting', { to: '+14155550100' });
          return consume(record, context);
        };
      },
    })),
  ],
];

/** Noticed in runs with holds, shared messages and opt-outs. */
const OF_FEATURES: Break[] = [
  [
    '11 held pages wait, and go out at the end',
    'whoever tends held pages does not look at the windows',
    broken<typeof ReleaseHeld>('suppression/reevaluate-holds.ts', (real) => ({
      createReevaluateHolds: (deps) => real.createReevaluateHolds({ ...deps, windows: { list: async () => [] } }),
    })),
  ],
  [
    '11 held pages wait, and go out at the end',
    'nobody sweeps up what a lost schedule has left',
    broken<typeof Release>('suppression/release.ts', () => ({ createSweep: () => async () => undefined })),
    144,
  ],
  [
    '11 held pages wait, and go out at the end',
    'a page is held and its hold is not written',
    broken<typeof HoldPage>('use-cases/hold-page.ts', (real) => ({
      createSuppression: (deps) => ({ ...real.createSuppression(deps), keep: async () => undefined }),
    })),
  ],
  [
    '12 a bundled page is told by a message',
    'what a message lists is not written before it goes out',
    broken<typeof Bundle>('use-cases/bundle.ts', (real) => ({
      createBundleGate: (deps) =>
        real.createBundleGate({ ...deps, groups: { ...deps.groups, list: async () => undefined } }),
    })),
  ],
  [
    '12 a bundled page is told by a message',
    'pages ride on a message that is only on its way',
    broken<typeof Board>('core/suppression/bundle.ts', (real) => ({
      decideBundling(page, key, copy, slot, carried, ...rest) {
        const isOut = carried && { ...carried, state: { status: 'SENT' as const }, sentAt: carried.queuedAt };
        return real.decideBundling(page, key, copy, slot, isOut, ...rest);
      },
    })),
  ],
  [
    '13 no text after STOP',
    'follow-ups do not look whether the person has stopped texts',
    broken<typeof Plan>('core/escalation/plan.ts', (real) => ({
      channelAvailability: (channel, recipient, ...rest) =>
        real.channelAvailability(channel, { ...recipient, smsSuppressed: false }, ...rest),
    })),
    13,
  ],
  [
    '13 no text after STOP',
    'STOP is answered and not written',
    broken<typeof OptOut>('use-cases/opt-out.ts', (real) => ({
      createOptOut: (deps) => ({ ...real.createOptOut(deps), suppress: async () => undefined }),
    })),
    5,
  ],
];

/** Noticed in runs with what carriers, phones and addresses do besides. */
const OF_CARRIERS: Break[] = [
  [
    '15 a dead contact point is told',
    'the news of a dead contact point is not sent',
    broken<typeof ContactNotifier>('composition/contact-notifier.ts', () => ({
      contactNotifier: () => ({ tell: async () => undefined }),
    })),
    500_027,
  ],
];

afterEach(() => {
  for (const path of PATHS) vi.doUnmock(at(path));
  vi.resetModules();
});

async function noticed(
  [invariant, , breakIt, from = 1]: Break,
  options: { plain?: boolean; carriers?: boolean },
): Promise<string | undefined> {
  vi.resetModules();
  breakIt();
  const { simulate } = await import('./simulate.ts');
  for (let seed = from; seed < from + WITHIN_SEEDS; seed++) {
    const { violations } = await simulate(seed, { ...options, enough: invariant });
    const found = violations.find((violation) => violation.invariant === invariant);
    if (found) return `seed ${seed}: ${found.what}`;
  }
  return undefined;
}

test.each(BREAKS)('%s: noticed when %s', async (...given) => {
  expect(await noticed(given, { plain: true })).toBeDefined();
});

test.each(OF_FEATURES)('%s: noticed when %s', async (...given) => {
  expect(await noticed(given, {})).toBeDefined();
});

test.each(OF_CARRIERS)('%s: noticed when %s', async (...given) => {
  expect(await noticed(given, { carriers: true })).toBeDefined();
});

const PATHS = [
  'use-cases/change-and-requeue.ts',
  'core/page/claim.ts',
  'core/page/attempt.ts',
  'core/page/status.ts',
  'core/circuit/circuit.ts',
  'use-cases/change-page.ts',
  'providers/twilio-signature.ts',
  'delivery/consume.ts',
  'delivery/phone-lock.ts',
  'core/escalation/next-step.ts',
  'core/page/start.ts',
  'escalation/check.ts',
  'escalation/step.ts',
  'suppression/reevaluate-holds.ts',
  'use-cases/hold-page.ts',
  'suppression/release.ts',
  'use-cases/bundle.ts',
  'core/suppression/bundle.ts',
  'core/escalation/plan.ts',
  'use-cases/opt-out.ts',
  'composition/contact-notifier.ts',
];
