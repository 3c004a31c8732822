import { parseCallStatus } from '../providers/voice/twilio-voice-receipts.ts';
import type { Handler } from '../runtime/http.ts';
import { createTwilioStatus, type TwilioStatusDeps } from './twilio-status.ts';

/** POST /webhooks/twilio/voice/status/{ref}: what became of a call. */
export const createTwilioVoiceStatus = (deps: TwilioStatusDeps): Handler =>
  createTwilioStatus(deps, {
    channel: 'voice',
    parse: parseCallStatus,
    unreadable: { path: 'CallStatus', message: 'is no status of a call' },
  });
