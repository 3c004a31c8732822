/** Calls: the line that rings simulated phones, and who calls over it (Twilio, AWS, and a phone that calls us). */

import { notFound } from '../../cloud/http.ts';
import { AccountSettings } from '../account-settings.ts';
import { ModeSwitch } from '../modes.ts';
import type { PhoneCalls } from '../phones-calls.ts';
import type { Store } from '../store.ts';
import { CallsApi, newCallSid } from '../twilio/calls-api.ts';
import { CallEvents } from '../twilio/calls-events.ts';
import { Line } from '../twilio/calls-line.ts';
import { type Call, CallStore } from '../twilio/calls-store.ts';
import { AwsVoiceApi, type AwsVoiceSettings, NEW_AWS_VOICE_ACCOUNT } from './aws-api.ts';
import { awsVoiceErrorCode } from './errors.ts';

interface Options {
  store: Store;
  /** How the account of AWS is set up; default as a new one. */
  aws?: AwsVoiceSettings | undefined;
  account: { accountSid: string; authToken: string; phoneNumber: string };
  api?: { url: string; publicUrl: string } | undefined;
  speed: number;
  shortestWaitMs?: number | undefined;
  /** Epoch ms. */
  now: () => number;
  log: (line: string) => void;
  stopping: AbortSignal;
}

/** What a messaging service of the simulator sends from. */
const TEST_SENDER = '+15005550006';

export function startVoice({
  store,
  account,
  api,
  log,
  stopping,
  aws: settings = NEW_AWS_VOICE_ACCOUNT,
  ...waits
}: Options) {
  const awsAccount = new AccountSettings(store, 'aws-voice', settings);
  const calls = new CallStore(store);
  const events = new CallEvents(store, account.authToken, stopping);
  const { authToken } = account;
  const line = new Line({ calls, events, authToken, ...(api && { api }), ...waits, log, stopping });
  const modes = new ModeSwitch(store, 'aws-voice');
  const aws = new AwsVoiceApi({ settings: awsAccount, calls, line, modes, stopping, now: waits.now });
  const number = account.phoneNumber.startsWith('+') ? account.phoneNumber : TEST_SENDER;

  async function dial(phone: string, to: string): Promise<Call> {
    if (!api) throw notFound('Nobody takes calls from phones here.');
    if (to !== number) throw notFound(`No number of ours is ${to}; there is ${number}.`);
    return line.dial({
      sid: newCallSid(),
      accountSid: account.accountSid,
      provider: 'twilio',
      direction: 'inbound',
      sender: phone,
      to,
      phone,
      status: 'ringing',
      answeredBy: null,
      twiml: null,
      callbackUrl: null,
      url: `${api.publicUrl}/webhooks/twilio/voice/inbound`,
      events: '',
      detects: 0,
      ringMs: line.wait(60),
      createdAt: waits.now(),
      answeredAt: null,
      endedAt: null,
      body: '',
      fallbackUrl: null,
      amdUrl: null,
      seconds: 0,
    });
  }
  const phoneCalls: Omit<PhoneCalls, 'capTexts'> = { calls, line, dial };
  return {
    calls: new CallsApi({ account, calls, line, now: waits.now }),
    phoneCalls,
    provider: {
      modes,
      errorCode: awsVoiceErrorCode,
      account: awsAccount,
      isCalledAtRoot: true,
      handle: (...[req, res]: Parameters<AwsVoiceApi['handle']>) => aws.handle(req, res),
    },
    async stop() {
      await Promise.all([line.stop(), events.stop()]);
    },
  };
}
