import type { Handler } from '../http/http.ts';
import { parseSmsStatus } from '../providers/sms/twilio-receipts.ts';
import { createTwilioStatus, type TwilioStatusDeps } from './twilio-status.ts';

/** POST /webhooks/twilio/sms/status/{ref}: what became of a text. */
export const createTwilioSmsStatus = (deps: TwilioStatusDeps): Handler =>
  createTwilioStatus(deps, {
    channel: 'sms',
    parse: parseSmsStatus,
    unreadable: { path: 'MessageStatus', message: 'is no status of a sent message' },
  });
