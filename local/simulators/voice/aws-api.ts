/**
 * SendVoiceMessage as AWS End User Messaging does it over JSON 1.0, with every way it can misbehave
 * (docs/spec/local-run.md#simulators). As with the others, `hang` and `garbage` place the call. Nobody is told what
 * became of it, and no key is listened for.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, send } from '../../cloud/http.ts';
import type { AccountSettings } from '../account-settings.ts';
import { answerAs } from '../answer-as.ts';
import type { Mode, ModeSwitch } from '../modes.ts';
import type { Line } from '../twilio/calls-line.ts';
import type { CallStore } from '../twilio/calls-store.ts';
import { type VoiceAnswer, voiceError } from './errors.ts';

const SIGNED = /^AWS4-HMAC-SHA256 Credential=[^/,]+\/\d{8}\/[\w-]+\/sms-voice\/aws4_request\b/;
const TARGET = 'PinpointSMSVoiceV2.';
const E164 = /^\+[1-9]\d{6,14}$/;
const RING_SECONDS = 30;

/** How the account is set up for calls, and which numbers it has for them and for the texts of SNS. */
export interface AwsVoiceSettings extends Record<string, boolean | number | string[]> {
  /** Calls go to verified numbers only. Here it only says so. */
  sandbox: boolean;
  /** US dollars a month. */
  monthlySpendLimit: number;
  /** Active numbers, which can text and call. */
  numbers: string[];
  /** The numbers' resource policies let SNS send with them. */
  snsMaySend: boolean;
}
/** As AWS makes a new account. */
export const NEW_AWS_VOICE_ACCOUNT: AwsVoiceSettings = {
  sandbox: true,
  monthlySpendLimit: 1,
  numbers: [],
  snsMaySend: false,
};

interface Options {
  settings: AccountSettings<AwsVoiceSettings>;
  calls: CallStore;
  line: Line;
  modes: ModeSwitch;
  stopping: AbortSignal;
  /** Epoch ms. */
  now: () => number;
}

export class AwsVoiceApi {
  private readonly o: Options;
  constructor(options: Options) {
    this.o = options;
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readBody(req);
    const operation = String(req.headers['x-amz-target'] ?? '').replace(TARGET, '');
    const mode = this.o.modes.next(operation === 'SendVoiceMessage' ? 'send' : 'account');
    if (mode.mode === 'reset') return void req.socket.destroy();
    const answer = refusal(mode) ?? this.answer(req, operation, body, mode);
    await answerAs(mode, req, res, this.o.stopping, () =>
      send(res, answer.status, 'application/x-amz-json-1.0', JSON.stringify(answer.body), {
        'x-amzn-RequestId': randomUUID(),
      }),
    );
  }

  private answer(req: IncomingMessage, operation: string, body: string, mode: Mode): VoiceAnswer {
    if (!SIGNED.test(req.headers.authorization ?? '')) return voiceError('MissingAuthenticationTokenException');
    const told = this.about(operation);
    if (told) return { status: 200, body: told };
    if (operation !== 'SendVoiceMessage') return voiceError('UnknownOperationException');
    const given = JSON.parse(body || '{}') as Record<string, unknown>;
    return refusalOf(given) ?? this.place(given as Record<string, string>, mode);
  }

  /** What the account says of itself; undefined for every other operation. */
  private about(operation: string): Record<string, unknown> | undefined {
    const { sandbox, monthlySpendLimit, numbers, snsMaySend } = this.o.settings.current;
    switch (operation) {
      case 'DescribeAccountAttributes':
        return { AccountAttributes: [{ Name: 'ACCOUNT_TIER', Value: sandbox ? 'SANDBOX' : 'PRODUCTION' }] };
      case 'DescribeSpendLimits': {
        const limit = { EnforcedLimit: monthlySpendLimit, MaxLimit: monthlySpendLimit, Overridden: true };
        return { SpendLimits: [{ Name: 'VOICE_MESSAGE_MONTHLY_SPEND_LIMIT', ...limit }] };
      }
      case 'DescribePhoneNumbers':
        return { PhoneNumbers: numbers.map(numberOf) };
      case 'GetResourcePolicy':
        return snsMaySend ? { Policy: SNS_POLICY } : {};
      default:
        return undefined;
    }
  }

  private place(given: Record<string, string>, mode: Mode): VoiceAnswer {
    if (mode.mode === 'ok' && mode.errorCode) return voiceError(String(mode.errorCode));
    const { DestinationPhoneNumber: to = '', OriginationIdentity: sender = '', MessageBody = '' } = given;
    const body = given.MessageBodyTextType === 'SSML' ? saidOf(MessageBody) : MessageBody;
    const sid = randomUUID();
    const call = {
      ...({ sid, accountSid: '', provider: 'aws-voice', direction: 'outbound-api', sender, to, phone: to } as const),
      ...({ status: 'queued', answeredBy: null, url: null, callbackUrl: null, events: '', detects: 0 } as const),
      // Already there while it rings: what AWS will say is known, and no key can change it.
      twiml: '<Response/>',
      body,
      ringMs: this.o.line.wait(RING_SECONDS),
      createdAt: this.o.now(),
      answeredAt: null,
      endedAt: null,
      fallbackUrl: null,
      amdUrl: null,
      seconds: 0,
    };
    const reaches = mode.mode !== 'undelivered';
    this.o.calls.add(call, reaches);
    if (reaches) this.o.line.ring(call);
    else this.o.line.end(sid, 'failed');
    return { status: 200, body: { MessageId: sid } };
  }
}

/** One document, with no other elements than pauses: all that Lifeline writes. */
const SSML = /^<speak>(?:[^<&]|&(?:amp|lt|gt);|<break time="\d+m?s"\/>)*<\/speak>$/;

/** What is heard of it. A pause ends a line. */
const saidOf = (ssml: string): string =>
  ssml
    .replaceAll(/<break[^>]*>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();

const numberOf = (PhoneNumber: string) => ({
  PhoneNumber,
  PhoneNumberArn: `arn:aws:sms-voice:us-east-1:000000000000:phone-number/phone-${PhoneNumber.slice(1)}`,
  PhoneNumberId: `phone-${PhoneNumber.slice(1)}`,
  Status: 'ACTIVE',
  NumberCapabilities: ['SMS', 'VOICE'],
});
const SNS_POLICY = JSON.stringify({
  Statement: [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sms-voice:SendTextMessage' }],
});

function refusalOf(given: Record<string, unknown>): VoiceAnswer | undefined {
  const { DestinationPhoneNumber: to, OriginationIdentity: from, MessageBody: text, TimeToLive: ttl } = given;
  if (typeof to !== 'string' || !E164.test(to)) return voiceError('INVALID_PARAMETER', 'DestinationPhoneNumber');
  if (typeof from !== 'string' || from === '') return voiceError('MISSING_PARAMETER', 'OriginationIdentity');
  if (typeof text !== 'string' || text === '' || text.length > 6_000)
    return voiceError('INVALID_PARAMETER', 'MessageBody');
  if (given.MessageBodyTextType === 'SSML' && !SSML.test(text)) return voiceError('INVALID_PARAMETER', 'MessageBody');
  if (ttl !== undefined && !(Number.isInteger(ttl) && Number(ttl) >= 5 && Number(ttl) <= 259_200))
    return voiceError('INVALID_PARAMETER', 'TimeToLive');
  return undefined;
}

/** Modes in which AWS answers before it looks at the request. */
function refusal(mode: Mode): VoiceAnswer | undefined {
  const code = mode.errorCode === undefined ? undefined : String(mode.errorCode);
  if (mode.mode === 'down') return voiceError('ServiceUnavailableException');
  if (mode.mode === 'unauthorized') return voiceError(code ?? 'UnrecognizedClientException');
  if (mode.mode === 'suspended') return voiceError(code ?? 'ACCOUNT_DISABLED');
  if (mode.mode === 'rate-limited') return voiceError(code ?? 'ThrottlingException');
  return undefined;
}
