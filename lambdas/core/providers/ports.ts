/** What sending needs of providers. `send` tries once and never throws. */
import type { ContactFindings } from '../contacts/mark.ts';
import type { Channel, Provider } from '../page/page.ts';
import type { Report } from '../receipts/ports.ts';
import type { Fault } from './fault.ts';

/** `unreported`: no receipt was asked for, since it could not reach us (docs/spec/delivery.md#receipts). */
export type SendResult =
  | {
      outcome: 'accepted';
      providerId: string;
      providerStatus: string;
      unreported?: true;
      /** How long the words of a call take to be said, seconds: the call is heard when it has lasted as long. */
      spoken?: number;
      contacts?: ContactFindings;
    }
  /** `contacts`: where one message goes to several addresses of a person, what it showed of each. */
  | { outcome: 'failed'; fault: Fault; contacts?: ContactFindings };

/** What every request has beside its content. */
interface Addressed {
  /** Where it goes: a number, an e-mail address, a Slack user, a webhook URL, push endpoints. */
  to: string;
  /**
   * Comes back with every receipt that can carry it, e.g. as the last path segment of a callback
   * (docs/spec/inside.md#callbacks).
   */
  ref: string;
}

export interface SmsRequest extends Addressed {
  body: string;
  /** The phone's owner has confirmed it, so a guard against texts to strangers has nothing to guard. */
  verified?: true;
}

export interface EmailRequest extends Addressed {
  subject: string;
  text: string;
  html: string;
  /** Mails with the same one are shown together: the incident's id. It leaves us as a hash. */
  thread?: string;
}

/** Text for notifications and screen readers beside Block Kit blocks. */
export interface SlackContent {
  text: string;
  blocks: object[];
  /** Where the message is answered or read, as mrkdwn: goes behind the text where Slack refuses the blocks. */
  link?: string;
}

/** `to` is a user id, or a channel id for posts. */
export type SlackRequest = Addressed & SlackContent;

export interface TeamsRequest extends Addressed {
  /** An Adaptive Card, version 1.4. */
  card: object;
}

export interface PushRequest extends Addressed {
  title: string;
  body: string;
  /** Breaks through do-not-disturb. */
  critical: boolean;
  /** What the app opens: page id, incident id, action link. */
  data: Record<string, string>;
}

export interface CallRequest extends Addressed {
  /** What the call speaks as soon as it is answered, and a one-way call all that it speaks. */
  speech: string;
  /** BCP 47, of the speech; default English. */
  language?: string;
}

/** One provider of one channel. `send` tries once and never throws: whatever goes wrong is classified. */
export interface ChannelProvider<Request> {
  readonly name: Provider;
  /**
   * How news comes after acceptance: `callback`, by our reference, and it can be asked; `late`, through logs that know
   * only its id; `none`, acceptance is all that is ever known.
   */
  readonly receipts: 'callback' | 'late' | 'none';
  send(request: Request): Promise<SendResult>;
  /** The message's status now, for providers with callbacks; undefined when it cannot be had. Never throws. */
  ask?(providerId: string): Promise<Report | undefined>;
}

export interface SmsProvider extends ChannelProvider<SmsRequest> {
  /**
   * Whether the person with this phone can answer by text to what it sends now: a matter of its sender and of the route
   * between both (core/sms/way-back.ts). Never throws.
   */
  readonly twoWay: (to: string) => Promise<boolean>;
}

export type EmailProvider = ChannelProvider<EmailRequest>;

export type TeamsProvider = ChannelProvider<TeamsRequest>;

export interface SlackProvider extends ChannelProvider<SlackRequest> {
  /** Replaces a message that was sent; `providerId` is what its acceptance gave (`<channel>/<ts>`). Never throws. */
  update(providerId: string, content: SlackContent): Promise<SendResult>;
}

export type PushProvider = ChannelProvider<PushRequest>;

export interface VoiceProvider extends ChannelProvider<CallRequest> {
  /** It has a keypad, and cannot tell us of it here: its calls only speak. */
  keyless?: true;
  /** Ends a call that waits or rings; in one that was answered the menu says who has it. Never throws. */
  hangUp?(providerId: string): Promise<void>;
  /** Gives a call that was answered other words and keys, at once. Never throws. */
  redirect?(providerId: string, twiml: string): Promise<void>;
}

/** Takes note of a provider's word that no table of ours has: a code of a call or a receipt, or a receipt's status. */
export type TellUnknownCode = (unknown: {
  provider: Provider;
  channel: Channel;
  /** As Lifeline keeps it: no phone number and no address is in it. */
  word: string;
}) => void;
