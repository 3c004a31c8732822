/** The functions of lambdas/escalation, put together as their entries do, over any ports. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { OperationsAlerts } from '../../../lambdas/core/alerts/ports.ts';
import type { Clock } from '../../../lambdas/core/clock.ts';
import type { Looks, Watches } from '../../../lambdas/core/escalation/ports.ts';
import type { Channel } from '../../../lambdas/core/page/page.ts';
import type { CodeStore, DeliveryQueue, PageStore } from '../../../lambdas/core/page/ports.ts';
import type { RecipientStore } from '../../../lambdas/core/recipient/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import { createEscalate } from '../../../lambdas/escalation/escalate.ts';
import { createLook, createWatch } from '../../../lambdas/escalation/look.ts';
import { createStep } from '../../../lambdas/escalation/step.ts';
import { createEscalateNow } from '../../../lambdas/replies/escalate-now.ts';
import type { RecordHandler } from '../../../lambdas/runtime/sqs-handler.ts';
import { createEscalations } from '../../../lambdas/stores/escalations.ts';
import type { createDispatch } from '../../../lambdas/use-cases/dispatch.ts';
import { createPassOn } from '../../../lambdas/use-cases/pass-on.ts';
import { MACHINE } from './machine.ts';

interface Deps {
  pages: PageStore;
  recipients: RecipientStore;
  codes: CodeStore;
  queue: DeliveryQueue;
  alerts: OperationsAlerts;
  looks: Looks;
  watches: Watches;
  client: SFNClient;
  dispatch: ReturnType<typeof createDispatch>;
  available: ReadonlySet<Channel>;
  rules: Rules;
  clock: Clock;
}

const messageSchema = z.object({ pageId: z.string() });

export function createEscalation(deps: Deps) {
  const escalations = createEscalations(deps.client, MACHINE);
  const look = createLook({ ...deps, escalations });
  const lookAt: RecordHandler = ({ body }) => look(messageSchema.parse(JSON.parse(body)).pageId);
  const passOn = createPassOn(deps);
  return {
    lookAt,
    escalateNow: createEscalateNow({ ...deps, passOn }),
    escalate: createEscalate({
      step: createStep({ ...deps, passOn }),
      watch: createWatch(deps),
      timeScale: 1,
      clock: deps.clock,
    }),
  };
}
