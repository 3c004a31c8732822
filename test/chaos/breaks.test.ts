/** For each invariant a deliberate break of the code, and the proof that the simulation notices. */
import { afterEach, expect, test, vi } from 'vitest';
import type * as Breaker from '../../lambdas/core/breaker.ts';
import type * as NextStep from '../../lambdas/core/escalation/next-step.ts';
import type * as Outcome from '../../lambdas/core/outcome.ts';
import type * as Claim from '../../lambdas/core/page/claim.ts';
import type { Page } from '../../lambdas/core/page/page.ts';
import type * as Start from '../../lambdas/core/page/start.ts';
import type * as Status from '../../lambdas/core/page/status.ts';
import type { PageStore } from '../../lambdas/core/ports.ts';
import type * as CallLine from '../../lambdas/delivery/call-line.ts';
import type * as Consume from '../../lambdas/delivery/consume.ts';
import type * as Look from '../../lambdas/escalation/look.ts';
import type * as Step from '../../lambdas/escalation/step.ts';
import type * as Signature from '../../lambdas/providers/twilio-signature.ts';

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

/** Invariant, what is broken, how, and where to begin: rare bad luck is looked for from a seed on that has it. */
const BREAKS: [string, string, () => void, number?][] = [
  [
    '1 nothing accepted is lost',
    'the copy for the next provider is sent at once, and may be dropped before its page is written',
    broken<{ changeAndSendOn: unknown }>('operations/send-on.ts', () => ({
      async changeAndSendOn(
        pages: PageStore,
        queue: { send(message: object, priority: string, ms?: number): Promise<void> },
        delivery: { pageId: string },
        decide: (page: Page) => object,
        { start }: { start?: Page } = {},
      ) {
        const { changePage } = await import('../../lambdas/operations/change-page.ts');
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
    405,
  ],
  [
    '2 what was sent is not sent again',
    'a copy of the queue reopens what is SENT',
    broken<typeof Claim>('core/page/claim.ts', (real) => ({
      claim(page, key, copy, legs, now) {
        const delivery = page.deliveries[key];
        if (delivery?.status !== 'SENT') return real.claim(page, key, copy, legs, now);
        const queued = { ...delivery, status: 'QUEUED' as const };
        const reopened = { ...page, deliveries: { ...page.deliveries, [key]: queued } };
        return real.claim(reopened, key, delivery.claims + 1, legs, now);
      },
    })),
  ],
  [
    '3 at most five attempts',
    'transient errors are retried without end',
    broken<typeof Outcome>('core/outcome.ts', (real) => ({
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
        const [tier] = page.later;
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
    broken<typeof Look>('escalation/look.ts', () => ({ createLook: () => async () => undefined })),
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
  ],
  [
    '8 one call at a time on a phone',
    'nobody waits for the line',
    broken<typeof CallLine>('delivery/call-line.ts', () => ({ onFreeLine: (deliver) => deliver })),
  ],
  [
    '5 one probe',
    'the probe is not claimed, so everybody probes',
    broken<typeof Breaker>('core/breaker.ts', () => ({ claimProbe: (circuit) => circuit })),
  ],
  [
    '6 no call without a durable claim',
    'the claim is decided and not written',
    broken<{ changePage: unknown }>('operations/change-page.ts', () => ({
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

afterEach(() => {
  for (const path of PATHS) vi.doUnmock(at(path));
  vi.resetModules();
});

test.each(BREAKS)('%s: noticed when %s', async (invariant, _, breakIt, from = 1) => {
  vi.resetModules();
  breakIt();
  const { simulate } = await import('./simulate.ts');
  let noticed: string | undefined;
  for (let seed = from; seed < from + WITHIN_SEEDS && !noticed; seed++) {
    noticed = (await simulate(seed, undefined, invariant)).violations.find(
      (violation) => violation.invariant === invariant,
    )?.what;
  }
  expect(noticed).toBeDefined();
});

const PATHS = [
  'operations/send-on.ts',
  'core/page/claim.ts',
  'core/outcome.ts',
  'core/page/status.ts',
  'core/breaker.ts',
  'operations/change-page.ts',
  'providers/twilio-signature.ts',
  'delivery/consume.ts',
  'delivery/call-line.ts',
  'core/escalation/next-step.ts',
  'core/page/start.ts',
  'escalation/look.ts',
  'escalation/step.ts',
];
