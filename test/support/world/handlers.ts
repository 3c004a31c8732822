/** The handlers of the API over the parts of a world. */
import { createVoiceInbound } from '../../../lambdas/answers/voice-inbound.ts';
import { createVoiceMenu, type EscalateNow } from '../../../lambdas/answers/voice-menu.ts';
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
import { createTestPage } from '../../../lambdas/api/test-page.ts';
import { createConfirmVerification, createSendVerification } from '../../../lambdas/api/verification.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import type { Channel } from '../../../lambdas/core/page/page.ts';
import type {
  AuditLog,
  CallLines,
  Clock,
  CodeStore,
  DeliveryQueue,
  Looks,
  OperationsAlerts,
  PageStore,
  RecipientStore,
} from '../../../lambdas/core/ports.ts';
import type { Releases, WindowStore } from '../../../lambdas/core/restraint/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import type { CapStore, VerificationStore } from '../../../lambdas/core/verification/stores.ts';
import type { AnswerPage } from '../../../lambdas/operations/answer-page.ts';
import type { CarryCodeDeps } from '../../../lambdas/operations/carry-code.ts';
import type { Circuits } from '../../../lambdas/operations/circuits.ts';
import { createConfirmPhone } from '../../../lambdas/operations/confirm-phone.ts';
import type { createDispatch } from '../../../lambdas/operations/dispatch.ts';
import type { ReceiveReceipt } from '../../../lambdas/operations/receive-receipt.ts';
import { createRetryPage } from '../../../lambdas/operations/retry-page.ts';
import { createSendCode } from '../../../lambdas/operations/send-code.ts';
import type { StopIncident } from '../../../lambdas/operations/stop-incident.ts';
import { createTwilioSmsStatus } from '../../../lambdas/receipts/twilio-sms-status.ts';
import { createTwilioVoiceStatus } from '../../../lambdas/receipts/twilio-voice-status.ts';
import { originOf } from '../../../lambdas/runtime/schemas/phone-origin.ts';
import { createTellUnknownCode } from '../../../lambdas/runtime/unknown-code.ts';
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
