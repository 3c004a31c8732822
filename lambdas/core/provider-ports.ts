/** What the use cases need from providers, and what providers tell us later. `ports.ts` gives these on. */
import type { ContactFindings } from './contacts/mark.ts';
import type { Channel, DeliveryError, Provider } from './page/page.ts';

/** A failed provider call, classified. */
export interface Fault extends DeliveryError {
  /** Worth another provider in the same attempt. */
  failsOver: boolean;
  /** Counts toward the provider's circuit. */
  counts: boolean;
  /** Opens the circuit at once. */
  opens: boolean;
  /** Takes the sending number or id out of use. */
  disablesSender: boolean;
  /** The provider asks for no further call before this long has passed, milliseconds (`Retry-After`). */
  retryAfter?: number;
  /** The address itself is dead: nothing will arrive there until its owner mends it (ADR 24). */
  breaksContact?: true;
}

/** `unreported`: no receipt was asked for, since it could not reach us (contract §4). */
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
  /** Comes back with every receipt that can carry it, e.g. as the last path segment of a callback (design §2.4). */
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

/** A look at a message that was accepted: ask the provider, and count it if there is still no word (contract §4). */
export interface ReceiptCheck {
  /** The callback reference of the send. */
  ref: string;
  provider: Provider;
  providerId: string;
  /** `ask` at three minutes, `alarm` at five, `again` every hour for a day (contract §4, "Receipts"). */
  step: 'ask' | 'alarm' | 'again';
}
export interface ReceiptChecks {
  schedule(check: ReceiptCheck, delayMs: number): Promise<void>;
}

/** Messages that were still without an answer at the alarm; asked about every hour for a day. */
export interface AwaitedReceipts {
  add(check: ReceiptCheck, since: number): Promise<void>;
  list(): Promise<{ check: ReceiptCheck; since: number }[]>;
  remove(ref: string): Promise<void>;
}

/** Ties a provider's late receipts to our sends by the provider's message id; either side may come first. */
export interface LateReceipts {
  /** Remembers which send (callback reference) the message is; answers the receipt if that came first. */
  sent(messageId: string, ref: string): Promise<Receipt | undefined>;
  /** Remembers the receipt; answers the send's reference if that is known. */
  received(messageId: string, receipt: Receipt): Promise<string | undefined>;
}

/** A provider's later word on a message it accepted, in our terms. */
export interface Receipt {
  provider: Provider;
  providerId: string;
  providerStatus: string;
  /** Order within a leg: later news has a higher rank. */
  rank: number;
  /**
   * `unknown`: a status that Lifeline has no rule for; it goes into the history and changes nothing else. `cancelled`: a
   * call that we ended while it rang, so that nobody could answer it.
   */
  news: 'progress' | 'delivered' | 'unknown' | { undelivered: Fault; cancelled?: true };
  /**
   * The address takes nothing more from now on, whatever became of this message: its owner has reported it as spam or
   * unsubscribed, and the provider drops silently what comes next.
   */
  breaksContact?: { code: string; reason: string };
}

/**
 * A receipt as the provider gives it. Of a call that was taken Twilio says how long it lasted and not whether anybody
 * listened: the page's own words decide (core/page/heard.ts).
 */
export type Report = Omit<Receipt, 'news'> & { news: Receipt['news'] | TakenCall };

/** @property seconds from the pick-up to the end; `unheard` is what the call came to where nobody listened */
export interface TakenCall {
  taken: { seconds: number };
  unheard: Fault;
}

/**
 * What a look at a provider found. `limited`: it takes sends, and cannot carry all that the deployment needs of it, such
 * as an account in a sandbox; the message says what to do, and no circuit hears of it. `unknown`: the look could not be taken, which says nothing about the provider; with
 * the code, because this deployment has no settings for it, and the message says which.
 */
export type CheckResult =
  | ({ finding: 'ok' } & Told)
  | { finding: 'failing'; fault: Fault }
  | Limited
  | { finding: 'unknown'; message: string; code?: 'not_set_up' };

/** What a look at the set-up tells beside its finding. */
interface Told {
  /** Numbers that its texts or calls come from, E.164; absent where they were not asked for. */
  numbers?: readonly string[];
}

export interface Limited extends Told {
  finding: 'limited';
  /** Ours: `sandbox`, `spend_limit`, `replies_not_wired`, …. */
  code: string;
  message: string;
}

/** Looks whether a provider would take sends, without sending. Takes at most a provider's timeout, never throws. */
export interface ProviderCheck {
  readonly provider: Provider;
  readonly channel: Channel;
  check(): Promise<CheckResult>;
}
