/**
 * A phone texts one of the account's numbers: Twilio's own keywords first, then the number's webhook, and its fallback
 * where that fails, each as its own URL's fragment asks. The text is in Twilio's list whatever becomes of them.
 */
import { maskAnyPhones, maskPhone } from '../../../lambdas/core/recipient/mask.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { Problem } from '../../cloud/http.ts';
import type { Store } from '../store.ts';
import type { TwilioAccount } from './account.ts';
import type { SentText, Texts } from './texts.ts';
import { askWebhook } from './webhook.ts';

export interface InboundOptions {
  store: Store;
  texts: Texts;
  account: TwilioAccount;
  /** Our API as it is reached here and as Twilio knows it. */
  api: { url: string; publicUrl: string };
  /** Where texts lead, as the account's owner has set it: with fragments; empty where a field is empty in Twilio. */
  webhooks: { smsUrl: string; smsFallbackUrl: string };
  /** The account's messaging service has an RCS sender: phones answer by it. */
  isRcs: boolean;
  log: (line: string) => void;
  stopping: AbortSignal;
}

export interface Reply extends SentText {
  /** What came back on the phone, by Twilio or as TwiML; empty for silence. */
  answers: string[];
}

const ONE_NUMBER = /^\+[1-9]\d{6,14}$/;
/** What a messaging service of the simulator sends from. */
const TEST_SENDER = '+15005550006';
/** What Twilio tells the fallback of the webhook before it. */
const NOT_RETRIEVED = '11200';

/** Twilio's default keywords; the whole text must be one. */
const KEYWORDS: Record<string, { blocks?: boolean; answer: string }> = {
  ...each('STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT', {
    blocks: true,
    answer:
      'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  }),
  ...each('START YES UNSTOP', {
    blocks: false,
    answer:
      'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
  }),
  ...each('HELP INFO', { answer: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.' }),
};
function each<T>(words: string, value: T): Record<string, T> {
  return Object.fromEntries(words.split(' ').map((word) => [word, value]));
}

/** Sends the text and waits for what comes back. Throws Problem 409 when there is no number to text, 502 where webhook and fallback fail. */
export async function textBack(phone: string, body: string, options: InboundOptions): Promise<Reply> {
  const { texts, account, log } = options;
  const to = numberFor(phone, options);
  const sent = texts.send(phone, to, body, options.isRcs ? `rcs:${phone}` : phone);
  log(`☎ ${maskPhone(phone)}  → ${maskAnyPhones(body.replace(/\s+/g, ' '))}`);
  const answers: string[] = [];
  const arrive = (text: string) => {
    texts.arrive(phone, to, text);
    answers.push(text);
    log(`☎ ${maskPhone(phone)}  ${maskAnyPhones(text.replace(/\s+/g, ' '))}`);
  };

  const keyword = KEYWORDS[body.trim().toUpperCase()];
  if (keyword?.blocks !== undefined) texts.block(phone, to, keyword.blocks);
  if (keyword) arrive(keyword.answer);
  const twiml = await ask(fields(sent, account), options);
  // What a webhook answers to a number that has just unsubscribed is refused with 21610.
  if (!texts.isBlocked(phone, to)) for (const message of messagesOf(twiml)) arrive(message);
  return { ...sent, answers };
}

/** The number that last texted the phone; to a phone that nobody ever texted, the account's. */
function numberFor(phone: string, { store, account }: InboundOptions): string {
  const received = store.phone(phone).filter(({ kind }) => kind === 'sms');
  const last = received.findLast(({ provider, from }) => provider === 'twilio' && ONE_NUMBER.test(from));
  if (last) return last.from;
  const oneWay = received.at(-1);
  if (oneWay) {
    const why = `The phone has texts from "${oneWay.from}" only (${oneWay.provider}): a one-way sender cannot be replied to.`;
    throw new Problem(409, 'One-way sender', why);
  }
  return ONE_NUMBER.test(account.phoneNumber) ? account.phoneNumber : TEST_SENDER;
}

function fields({ id, from, to, body }: SentText, { accountSid, phoneNumber }: TwilioAccount) {
  const places = Object.fromEntries(
    ['To', 'From'].flatMap((end) => [
      [`${end}City`, 'SAN FRANCISCO'],
      [`${end}State`, 'CA'],
      [`${end}Zip`, '94105'],
      [`${end}Country`, 'US'],
    ]),
  );
  return {
    ...places,
    AccountSid: accountSid,
    ApiVersion: '2010-04-01',
    Body: body,
    From: from,
    MessageSid: id,
    ...(ONE_NUMBER.test(phoneNumber) ? {} : { MessagingServiceSid: phoneNumber }),
    NumMedia: '0',
    NumSegments: String(segments(body).count),
    SmsMessageSid: id,
    SmsSid: id,
    SmsStatus: 'received',
    To: to,
  } satisfies Record<string, string>;
}

/** What the webhook answers, or its fallback; nothing where no webhook is set. */
async function ask(
  form: Record<string, string>,
  { webhooks, account, api, stopping }: InboundOptions,
): Promise<string> {
  const { smsUrl, smsFallbackUrl } = webhooks;
  if (smsUrl === '') return '';
  const web = { authToken: account.authToken, api, stopping };
  const first = await askWebhook(smsUrl, form, web);
  if ('text' in first) return first.text;
  const told = { ...form, ErrorCode: NOT_RETRIEVED, ErrorUrl: smsUrl };
  const last = smsFallbackUrl === '' || stopping.aborted ? first : await askWebhook(smsFallbackUrl, told, web);
  if ('text' in last) return last.text;
  const why = `The inbound webhook and its fallback failed (${last.failed}, ${NOT_RETRIEVED}). The text is in the message list.`;
  throw new Problem(502, 'Webhook failed', why);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The bodies of the messages in a TwiML answer. */
function messagesOf(twiml: string): string[] {
  const found = [...twiml.matchAll(/<Message[^>]*>(?:<Body>)?([^<]*)/g)].map(([, text = '']) =>
    text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole),
  );
  return found.filter((text) => text !== '');
}
