/** The handlers of the API over the parts of a world. */

import { createAnswerIncident, createAnswerNotification } from '../../../lambdas/api/answer.ts';
import { createBatch } from '../../../lambdas/api/batch.ts';
import { createDispatchHandler } from '../../../lambdas/api/dispatch.ts';
import {
  createDeleteWindow,
  createGetWindow,
  createListWindows,
  createPutWindow,
} from '../../../lambdas/api/maintenance-windows.ts';
import { createPlan } from '../../../lambdas/api/plan.ts';
import {
  createGetNotification,
  createListIncidentDeliveries,
  createListNotifications,
} from '../../../lambdas/api/read.ts';
import {
  createDeleteRecipient,
  createGetRecipient,
  createListRecipients,
  createPutRecipient,
} from '../../../lambdas/api/recipients.ts';
import { createRetry } from '../../../lambdas/api/retry.ts';
import { createRetryPage } from '../../../lambdas/api/retry-page.ts';
import { createTestPage } from '../../../lambdas/api/test-page.ts';
import { createTellUnknownCode } from '../../../lambdas/composition/unknown-code.ts';
import type { OperationsAlerts } from '../../../lambdas/core/alerts/ports.ts';
import type { AuditLog } from '../../../lambdas/core/audit/ports.ts';
import type { Clock } from '../../../lambdas/core/clock.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import type { Looks } from '../../../lambdas/core/escalation/ports.ts';
import type { Channel } from '../../../lambdas/core/page/page.ts';
import type { CodeStore, DeliveryQueue, PageStore } from '../../../lambdas/core/page/ports.ts';
import type { CallLines } from '../../../lambdas/core/rate-limit/ports.ts';
import type { RecipientStore } from '../../../lambdas/core/recipient/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import type { Releases, WindowStore } from '../../../lambdas/core/suppression/ports.ts';
import type { CapStore, VerificationStore } from '../../../lambdas/core/verification/ports.ts';
import { originOf } from '../../../lambdas/http/schemas/phone-origin.ts';
import { createTwilioSmsStatus } from '../../../lambdas/receipts/twilio-sms-status.ts';
import { createTwilioVoiceStatus } from '../../../lambdas/receipts/twilio-voice-status.ts';
import { createVoiceInbound } from '../../../lambdas/replies/voice-inbound.ts';
import { createVoiceMenu, type EscalateNow } from '../../../lambdas/replies/voice-menu.ts';
import type { AnswerPage } from '../../../lambdas/use-cases/answer-page.ts';
import type { Circuits } from '../../../lambdas/use-cases/circuits.ts';
import type { createDispatch } from '../../../lambdas/use-cases/dispatch.ts';
import type { ReceiveReceipt } from '../../../lambdas/use-cases/receive-receipt.ts';
import type { StopIncident } from '../../../lambdas/use-cases/stop-incident.ts';
import type { CarryCodeDeps } from '../../../lambdas/verification/carry-code.ts';
import { createConfirmPhone } from '../../../lambdas/verification/confirm-phone.ts';
import { createSendCode } from '../../../lambdas/verification/send-code.ts';
import { createConfirmVerification, createSendVerification } from '../../../lambdas/verification/verification.ts';
import type { answerWays } from '../answer-ways.ts';
import type { createHealthParts } from '../health-parts.ts';
import type { Surroundings } from '../late-ports.ts';
import type { recordedTelemetry } from '../telemetry.ts';
import { authTokenOf, PUBLIC_BASE_URL } from './names.ts';

interface Parts {
  pages: PageStore;
  recipients: RecipientStore;
  audit: AuditLog;
  codes: CodeStore;
  queue: DeliveryQueue;
  looks: Looks;
  alerts: OperationsAlerts;
  available: ReadonlySet<Channel>;
  rules: Rules;
  dispatch: ReturnType<typeof createDispatch>;
  answerPage: AnswerPage;
  stopIncident: StopIncident;
  receiveReceipt: ReceiveReceipt;
  escalateNow: EscalateNow;
  /** Gives a call in progress other TwiML. */
  redirect: (callId: string, twiml: string) => Promise<void>;
  windows: WindowStore;
  releases: Releases;
  ways: ReturnType<typeof answerWays>;
  operations: ReturnType<typeof createHealthParts>;
  telemetry: ReturnType<typeof recordedTelemetry>;
  clock: Clock;
  surroundings: Surroundings;
  verification: {
    verifications: VerificationStore;
    caps: CapStore;
    chains: CarryCodeDeps['chains'];
    limits: CarryCodeDeps['limits'];
    lines: CallLines;
    circuits: Circuits;
    countries: 'all' | ReadonlySet<string>;
  };
}

export function createHandlers({ ways, telemetry, operations, verification, receiveReceipt, ...parts }: Parts) {
  const { pages, clock, surroundings } = parts;
  const { port } = surroundings;
  const signed = { authTokenOf, publicBaseUrl: PUBLIC_BASE_URL };
  const recipientDeps = { ...parts, optOuts: ways.optOuts };
  const verificationDeps = {
    ...parts,
    ...telemetry,
    sendCode: createSendCode({
      ...recipientDeps,
      ...verification,
      originOf,
      optOut: ways.optOut,
      unknownCode: createTellUnknownCode(telemetry),
      wording: wordingFor,
      ...port('timer', { sleep: async () => {} }),
      random: () => 0,
    }),
    confirmPhone: createConfirmPhone({ ...recipientDeps, verifications: verification.verifications }),
  };
  return {
    dispatchNotification: createDispatchHandler({ ...parts, ...telemetry }),
    dispatchBatch: createBatch({ ...parts, ...telemetry }),
    planNotification: createPlan({ ...parts, windows: () => parts.windows.list() }),
    retryNotification: createRetry({ retryPage: createRetryPage(parts) }),
    testRecipient: createTestPage({ dispatch: parts.dispatch, ...telemetry }),
    getNotification: createGetNotification({ pages }),
    listNotifications: createListNotifications({ pages, clock }),
    listIncidentDeliveries: createListIncidentDeliveries({ pages }),
    acknowledgeNotification: createAnswerNotification('acknowledge', parts),
    resolveNotification: createAnswerNotification('resolve', parts),
    acknowledgeIncident: createAnswerIncident('acknowledge', parts),
    resolveIncident: createAnswerIncident('resolve', parts),
    getRecipient: createGetRecipient(recipientDeps),
    listRecipients: createListRecipients(recipientDeps),
    putRecipient: createPutRecipient(recipientDeps),
    deleteRecipient: createDeleteRecipient(recipientDeps),
    listMaintenanceWindows: createListWindows(parts),
    getMaintenanceWindow: createGetWindow(parts),
    putMaintenanceWindow: createPutWindow(parts),
    deleteMaintenanceWindow: createDeleteWindow(parts),
    ...ways.handlers,
    sendVerification: createSendVerification(verificationDeps),
    confirmVerification: createConfirmVerification(verificationDeps),
    ...operations.handlers,
    receiveTwilioSmsStatus: createTwilioSmsStatus({ receiveReceipt, ...signed }),
    receiveTwilioVoiceStatus: createTwilioVoiceStatus({ ...parts, receiveReceipt, ...signed, overrides: {} }),
    receiveTwilioVoiceMenu: createVoiceMenu({ ...parts, ...signed, wording: wordingFor }),
    receiveTwilioVoiceInbound: createVoiceInbound({
      ...parts,
      ...signed,
      inbound: ways.inbound,
      answerIncidents: ways.answerIncidents,
      wording: wordingFor,
    }),
  };
}
