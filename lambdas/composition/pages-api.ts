import { createAnswerIncident, createAnswerNotification } from '../api/answer.ts';
import { createBatch } from '../api/batch.ts';
import { createDispatchHandler } from '../api/dispatch.ts';
import { createPlan } from '../api/plan.ts';
import { createGetNotification, createListIncidentDeliveries, createListNotifications } from '../api/read.ts';
import { createRetry } from '../api/retry.ts';
import { createRetryPage } from '../api/retry-page.ts';
import { createTestPage } from '../api/test-page.ts';
import { type AnsweringPorts, answering } from './answering.ts';
import { type DispatchPorts, type DispatchSettings, dispatching } from './dispatching.ts';
import type { Ports } from './ports.ts';

/** Accepts pages, says what a page would do, and sends pages again. */
export function pagesApi(
  ports: DispatchPorts & Pick<Ports, 'windows' | 'alerts' | 'logger' | 'count'>,
  settings: DispatchSettings,
) {
  const deps = { ...ports, ...settings, dispatch: dispatching(ports, settings) };
  return {
    dispatchNotification: createDispatchHandler(deps),
    dispatchBatch: createBatch(deps),
    planNotification: createPlan({ ...deps, windows: () => ports.windows.list() }),
    retryNotification: createRetry({ retryPage: createRetryPage(deps) }),
    testRecipient: createTestPage(deps),
  };
}

/** Shows pages. */
export const readApi = (ports: Pick<Ports, 'pages' | 'clock'>) => ({
  getNotification: createGetNotification(ports),
  listNotifications: createListNotifications(ports),
  listIncidentDeliveries: createListIncidentDeliveries(ports),
});

/** Acknowledges and resolves for callers of the API. */
export function answerApi(ports: AnsweringPorts & Pick<Ports, 'clock'>) {
  const deps = { ...ports, ...answering(ports) };
  return {
    acknowledgeNotification: createAnswerNotification('acknowledge', deps),
    resolveNotification: createAnswerNotification('resolve', deps),
    acknowledgeIncident: createAnswerIncident('acknowledge', deps),
    resolveIncident: createAnswerIncident('resolve', deps),
  };
}
