import type { CircuitName } from '../core/circuit/circuit.ts';
import { providersOn } from '../core/circuit/providers-of-channel.ts';
import type { Clock } from '../core/clock.ts';
import { planPage } from '../core/escalation/plan.ts';
import { timeline } from '../core/escalation/timeline.ts';
import { answeredBy, newPage, requiresAck } from '../core/page/new.ts';
import type { Channel } from '../core/page/page.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import { rules } from '../core/rules.ts';
import { holdFor } from '../core/suppression/hold.ts';
import type { MaintenanceWindow } from '../core/suppression/window.ts';
import type { Timeline } from '../http/api.gen.ts';
import type { Handler } from '../http/http.ts';
import { invalid } from '../http/problem.ts';
import { planSchema } from '../http/schemas/plan.ts';
import { parse } from '../http/validation.ts';
import { noUsableChannel, unknownRecipient } from './dispatch-answer.ts';

interface Deps {
  recipients: Pick<RecipientStore, 'get'>;
  /** Maintenance windows, which may hold the page. */
  windows: () => Promise<readonly MaintenanceWindow[]>;
  /** The channels this deployment has. */
  available: ReadonlySet<Channel>;
  clock: Clock;
}

/** POST /notifications/plan: what the page would do if nobody answered it. Nothing is written or sent. */
export const createPlan =
  ({ recipients, windows, available, clock }: Deps): Handler =>
  async ({ body, caller }) => {
    const { providersDown = [], requireAck, ...given } = parse(planSchema, body);
    const down = circuitsOf(providersDown, available);
    const recipient = await recipients.get(given.recipientId);
    if (!recipient) throw unknownRecipient(given.recipientId);
    const { priority } = given.incident;
    const request = { ...given, requireAck: requireAck ?? requiresAck(given.type, priority) };
    const plan = planPage({ priority, ...request }, recipient, available);
    if (plan.tiers.length === 0 && !answeredBy(given.type)) throw noUsableChannel(recipient.id, plan.unusable);
    // Neither stored nor shown: no code is reserved and no id given to it.
    const { clientId, subject, name } = caller;
    const draft = { id: '', code: undefined, bodyDigest: '', clientId, by: name ?? subject, now: clock.now() };
    // The rules' own time: `--speed` shortens what the local run waits, not what a page is said to take.
    const held = plan.tiers.length > 0 ? holdFor(request, recipient, await windows(), draft.now) : undefined;
    const page = newPage({ ...draft, request, plan, ...(held && { held }) });
    const { entries, deferred, end } = timeline(page, down, rules());
    const answer: Timeline = {
      ...(held && { heldUntil: new Date(held.until).toISOString(), heldReason: held.reason }),
      entries,
      ...(deferred.length > 0 && { deferred }),
      end,
    };
    return { status: 200, body: answer };
  };

function circuitsOf(names: readonly string[], available: ReadonlySet<Channel>): ReadonlySet<CircuitName> {
  const known = new Set<string>(providersOn([...available]).map(({ circuit }) => circuit));
  const unknown = names.flatMap((name, i) => (known.has(name) ? [] : [`providersDown.${i}`]));
  const message = `must be one of ${[...known].join(', ')}`;
  if (unknown.length > 0) throw invalid(...unknown.map((path) => ({ path, message })));
  return new Set(names as CircuitName[]);
}
