import type { CircuitName } from '../core/circuit/circuit.ts';
import type { VoiceProvider } from '../core/providers/ports.ts';
import type { Report } from '../core/receipts/ports.ts';
import { createReceiptChecks } from '../receipts/receipt-check.ts';
import { createSendGridEvents } from '../receipts/sendgrid-events.ts';
import { createSesEvents } from '../receipts/ses-events.ts';
import { createSnsSmsLog } from '../receipts/sns-sms-log.ts';
import { createTwilioSmsStatus } from '../receipts/twilio-sms-status.ts';
import { createTwilioVoiceStatus } from '../receipts/twilio-voice-status.ts';
import type { LineHandler } from '../runtime/logs-handler.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import type { Ports, Settings } from './ports.ts';
import { type ReceivingPorts, type ReceivingSettings, receivingCalls, receivingMessages } from './receiving.ts';

type Signed = Pick<Ports, 'authTokenOf'>;
type Public = Pick<Settings, 'publicBaseUrl'>;

/** Calls in progress, which a provider can change. */
export interface CallControl {
  hangUp: NonNullable<VoiceProvider['hangUp']>;
  redirect: NonNullable<VoiceProvider['redirect']>;
}

export const twilioSmsStatus = (ports: ReceivingPorts & Signed, settings: ReceivingSettings & Public) => ({
  receiveTwilioSmsStatus: createTwilioSmsStatus({
    ...ports,
    ...settings,
    receiveReceipt: receivingMessages(ports, settings),
  }),
});

export const twilioVoiceStatus = (
  ports: ReceivingPorts & Signed & Pick<Ports, 'phoneLocks'> & CallControl,
  settings: ReceivingSettings & Public & Pick<Settings, 'overrides'>,
) => ({
  receiveTwilioVoiceStatus: createTwilioVoiceStatus({
    ...ports,
    ...settings,
    receiveReceipt: receivingCalls(ports, settings, ports.hangUp),
  }),
});

export const sendGridEvents = (ports: ReceivingPorts & Pick<Ports, 'sendGridKey'>, settings: ReceivingSettings) => ({
  receiveSendGridEvents: createSendGridEvents({
    ...ports,
    publicKey: ports.sendGridKey,
    receiveReceipt: receivingMessages(ports, settings),
  }),
});

export const sesEvents = (ports: ReceivingPorts, settings: ReceivingSettings): RecordHandler =>
  createSesEvents({ ...ports, receiveReceipt: receivingMessages(ports, settings) });

export const snsSmsLog = (
  ports: ReceivingPorts & Pick<Ports, 'lateReceipts'>,
  settings: ReceivingSettings,
): LineHandler => createSnsSmsLog({ ...ports, receiveReceipt: receivingMessages(ports, settings) });

/** Providers that can be asked what became of a message, and can end a call. */
export interface Askable extends Pick<CallControl, 'hangUp'> {
  ask: (providerId: string, circuit: CircuitName) => Promise<Report | undefined>;
}

export function receiptChecks(
  ports: ReceivingPorts & Pick<Ports, 'phoneLocks' | 'receiptChecks' | 'awaited'> & Askable,
  settings: ReceivingSettings,
): { sweep: () => Promise<void>; check: RecordHandler } {
  const { sweep, check } = createReceiptChecks({
    ...ports,
    ...settings,
    receiveReceipt: receivingCalls(ports, settings, ports.hangUp),
    checks: ports.receiptChecks,
    missing: () => ports.count(METRICS.missingReceipt),
  });
  return { sweep, check: ({ body }) => check(body) };
}
