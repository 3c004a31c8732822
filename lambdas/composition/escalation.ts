import * as z from 'zod';
import { createEscalationCheck, createKeepTaskToken } from '../escalation/check.ts';
import { createEscalate } from '../escalation/escalate.ts';
import { createStep } from '../escalation/step.ts';
import { readMessage } from '../runtime/read-message.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import { createEscalateToNext } from '../use-cases/escalate-to-next.ts';
import { type DispatchPorts, type DispatchSettings, dispatching } from './dispatching.ts';
import type { Ports, Settings } from './ports.ts';

const messageSchema = z.object({ pageId: z.string() });

/** Looks what a page needs next, when a message says that something may be due. */
export function checkingEscalation(
  ports: Pick<Ports, 'pages' | 'taskTokens' | 'escalations' | 'clock'>,
  settings: Pick<Settings, 'rules'>,
): RecordHandler {
  const look = createEscalationCheck({ ...ports, ...settings });
  return ({ body }) => look(readMessage(body, messageSchema, messageSchema).pageId);
}

/** What the state machine calls. */
export function escalating(
  ports: DispatchPorts & Pick<Ports, 'taskTokens' | 'alerts'>,
  settings: DispatchSettings & Pick<Settings, 'timeScale'>,
) {
  const escalateToNext = createEscalateToNext({ ...ports, dispatch: dispatching(ports, settings) });
  return createEscalate({
    step: createStep({ ...ports, ...settings, escalateToNext }),
    keepTaskToken: createKeepTaskToken({ ...ports, ...settings }),
    timeScale: settings.timeScale,
    clock: ports.clock,
  });
}
