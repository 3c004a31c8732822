/** The functions of lambdas/escalation, put together as their entries do, over any ports. */
import type { SFNClient } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { Channel } from '../../../lambdas/core/page/page.ts';
import type {
  Clock,
  CodeStore,
  DeliveryQueue,
  Looks,
  OperationsAlerts,
  PageStore,
  RecipientStore,
  Watches,
} from '../../../lambdas/core/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import { createEscalate } from '../../../lambdas/escalation/escalate.ts';
import { createLook, createWatch } from '../../../lambdas/escalation/look.ts';
import { createStep } from '../../../lambdas/escalation/step.ts';
import type { createDispatch } from '../../../lambdas/operations/dispatch.ts';
import { createEscalateNow } from '../../../lambdas/operations/escalate-now.ts';
import { createPassOn } from '../../../lambdas/operations/pass-on.ts';
import type { RecordHandler } from '../../../lambdas/runtime/sqs-handler.ts';
import { createEscalations } from '../../../lambdas/stores/escalations.ts';
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
