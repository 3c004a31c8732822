/**
 * Calls through AWS End User Messaging, the standby: one-way speech without a keypad, and acceptance is all we learn.
 * What is spoken therefore names where to answer (docs/spec/delivery.md#texts).
 */
import {
  type PinpointSMSVoiceV2Client,
  SendVoiceMessageCommand,
  type VoiceId,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import type { CallRequest, SendResult, VoiceProvider } from '../../core/providers/ports.ts';
import { ambiguous, failed, ours } from '../faults.ts';
import { classifyAws } from './aws-errors.ts';
import { spoken } from './speech.ts';
import { voiceFor } from './voices.ts';

export interface AwsVoiceOptions {
  /** Tries once, and speaks through `awsHttp`: see `pinpointVoice()` in composition/aws/clients.ts. */
  client: Pick<PinpointSMSVoiceV2Client, 'send'>;
  /** Phone number, its id or ARN, or a pool that calls come from; empty where the account has none yet. */
  originationIdentity: string;
  /** For the whole request, milliseconds. */
  timeoutMs: number;
}

/**
 * Seconds: a later call would cross with the next round (docs/spec/escalation.md#follow-ups). AWS's default is three
 * days.
 */
const TIME_TO_LIVE = 300;

/**
 * Begins after a pause, because the first words of a call are lost on the way of the phone to the ear, and says
 * everything twice: this call cannot be asked to repeat it. Of the 6,000 characters that AWS takes it uses 3,100 at
 * most.
 */
const saidTwice = (text: string): string =>
  `<speak><break time="2s"/>${escaped(text)}<break time="1s"/>${escaped(text)}</speak>`;
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Makes the AWS leg of the voice channel. `send` tries once and never throws. */
export function createAwsVoice({ client, originationIdentity, timeoutMs }: AwsVoiceOptions): VoiceProvider {
  async function send({ to, ref, speech, language }: CallRequest): Promise<SendResult> {
    if (originationIdentity === '') {
      const words = 'no number is set up that AWS could call from';
      return failed(ours('no_origination_identity', 'sender_fault', words, 'failsOver'));
    }
    const command = new SendVoiceMessageCommand({
      DestinationPhoneNumber: to,
      OriginationIdentity: originationIdentity,
      MessageBody: saidTwice(spoken(speech)),
      MessageBodyTextType: 'SSML',
      VoiceId: voiceFor(language).name.toUpperCase() as VoiceId,
      TimeToLive: TIME_TO_LIVE,
      // Comes back in the events of the account, for whoever looks into a call there.
      Context: { ref },
    });
    try {
      const { MessageId } = await client.send(command, { requestTimeout: timeoutMs });
      if (!MessageId) return failed(ambiguous('garbage', 'answered with something that is not a message'));
      return { outcome: 'accepted', providerId: `aws-voice:${MessageId}`, providerStatus: 'accepted' };
    } catch (error) {
      return failed(classifyAws(error));
    }
  }
  return { name: 'aws-voice', receipts: 'none', send };
}
