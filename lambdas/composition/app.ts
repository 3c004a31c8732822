/**
 * All of Lifeline over one set of ports: what journeys, chaos runs and benches put on a clock of their own. The entries
 * take the same functions one by one, so that each bundle carries only what its function does.
 */
import type { Channel } from '../core/page/page.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import { alerting } from './alerts.ts';
import { voiceInbound, voiceMenu } from './calls.ts';
import { emailWorker } from './channels/email.ts';
import { pushWorker } from './channels/push.ts';
import { slackWorker } from './channels/slack.ts';
import { smsWorker } from './channels/sms.ts';
import { teamsWorker } from './channels/teams.ts';
import { voiceWorker } from './channels/voice.ts';
import { contactSweep, type PushEndpointPort } from './contact-sweep.ts';
import { deadLettersApi, redriving } from './dead-letters.ts';
import type { LanePorts } from './delivery.ts';
import { dispatching } from './dispatching.ts';
import { checkingEscalation, escalating } from './escalation.ts';
import { type HealthCheckPorts, healthCheck } from './health-check.ts';
import { actionLinks } from './links.ts';
import { auditApi, healthApi, providersApi } from './operations-api.ts';
import { answerApi, pagesApi, readApi } from './pages-api.ts';
import type { Ports, Settings } from './ports.ts';
import { propagatingAnswers } from './propagating-answers.ts';
import {
  type Askable,
  type CallControl,
  receiptChecks,
  sendGridEvents,
  sesEvents,
  snsSmsLog,
  twilioSmsStatus,
  twilioVoiceStatus,
} from './receipts.ts';
import { receivingCalls } from './receiving.ts';
import { type RecipientSettings, recipientsApi } from './recipients-api.ts';
import { type SlackRespond, slackWebhooks } from './slack.ts';
import { releasing } from './suppression.ts';
import { type Inbox, inboundSweep, twilioSmsInbound } from './texts.ts';
import { type VerificationSettings, verifying } from './verification.ts';
import { windowsApi } from './windows-api.ts';

export type AppPorts = Ports &
  LanePorts &
  CallControl &
  Askable &
  Inbox &
  SlackRespond &
  PushEndpointPort &
  Pick<HealthCheckPorts, 'providers' | 'depth' | 'queues'>;
export type AppSettings = Settings & VerificationSettings & RecipientSettings & { channels: readonly Channel[] };

const WORKERS: Record<Channel, (ports: AppPorts, settings: AppSettings) => RecordHandler> = {
  email: emailWorker,
  slack: slackWorker,
  teams: teamsWorker,
  push: pushWorker,
  sms: smsWorker,
  voice: voiceWorker,
};

export type App = ReturnType<typeof createApp>;

export function createApp(ports: AppPorts, settings: AppSettings) {
  const texts = inboundSweep(ports, settings);
  const checks = receiptChecks(ports, settings);
  const held = releasing(ports, settings);
  const codes = { ...ports, voice: settings.available.has('voice') ? ports.voice : [] };
  return {
    /** The operations of the API and the webhooks. */
    routes: {
      ...pagesApi(ports, settings),
      ...readApi(ports),
      ...answerApi(ports),
      ...recipientsApi(ports, settings),
      ...windowsApi(ports),
      ...verifying(codes, settings),
      ...healthApi(ports, settings),
      ...providersApi(ports, settings),
      ...auditApi(ports),
      ...deadLettersApi(ports, settings),
      ...twilioSmsStatus(ports, settings),
      ...twilioVoiceStatus(ports, settings),
      ...sendGridEvents(ports, settings),
      ...twilioSmsInbound(ports, settings),
      ...voiceMenu(ports, settings),
      ...voiceInbound(ports, settings),
      ...actionLinks(ports, settings),
      ...slackWebhooks(ports, settings),
    },
    /** The functions that take records of queues, by their entries. */
    queues: {
      'alerts/alerts': alerting(ports, settings),
      'api/redrive': redriving(ports, settings),
      'escalation/escalation-check': checkingEscalation(ports, settings),
      'receipts/receipt-check': checks.check,
      'receipts/ses-events': sesEvents(ports, settings),
      'replies/inbound-sweep': ({ body }: Parameters<RecordHandler>[0]) => texts.work(body),
      'replies/propagate-answer': propagatingAnswers(ports, settings),
      'suppression/release': held.release,
    } satisfies Record<string, RecordHandler>,
    /** Scheduled runs. */
    schedules: {
      healthCheck: healthCheck(ports, settings),
      receiptSweep: checks.sweep,
      inboundSweep: texts.sweep,
      releaseSweep: held.sweep,
      contactSweep: contactSweep(ports, settings),
    },
    snsSmsLog: snsSmsLog(ports, settings),
    escalate: escalating(ports, settings),
    /** One environment of a channel's worker: what it has learned is its own. */
    worker: (channel: Channel): RecordHandler => WORKERS[channel](ports, settings),
    /** What functions of ours do by themselves. */
    dispatch: dispatching(ports, settings),
    receiveReceipt: receivingCalls(ports, settings, ports.hangUp),
  };
}
