/**
 * Whether Twilio carries texts and calls to everybody and brings their answers back: a trial account, a messaging service
 * without a sender, and numbers whose webhooks lead elsewhere.
 */
import type { Limited } from '../../core/health/ports.ts';
import type { Http } from '../http.ts';
import { TWILIO_API, type TwilioCredentials } from '../twilio-transport.ts';
import { firstOf, limited, type Standing, withNumbers } from './standing.ts';
import { isWired } from './wiring.ts';

interface Options {
  http: Http;
  credentials: () => Promise<TwilioCredentials>;
  /** Default Twilio's own hosts; another one stands for all of them. */
  apiUrl?: string;
  /** What our webhooks begin with; empty where Twilio cannot reach us, and then wiring is not looked at. */
  publicBaseUrl: string;
  /** What is asked about: texts and their replies, or calls of people who call back. */
  channel: 'sms' | 'voice';
}

const MESSAGING_API = 'https://messaging.twilio.com';
/** So many numbers of a service, in pages of a hundred, are in the contact card at most. */
const MAX_NUMBERS = 400;

export function createTwilioStanding({ http, credentials, apiUrl, publicBaseUrl, channel }: Options): Standing {
  const inbound = `${publicBaseUrl}/webhooks/twilio/${channel}/inbound`;

  return async () => {
    const found = await credentials().catch(() => undefined);
    if (!found) return { finding: 'unknown', message: 'the credentials could not be read' };
    const { accountSid, authToken, phoneNumber } = found;
    const account = `${apiUrl ?? TWILIO_API}/2010-04-01/Accounts/${accountSid}`;
    const services = `${apiUrl ?? MESSAGING_API}/v1/Services/${phoneNumber}`;

    async function get(url: string): Promise<Record<string, unknown>> {
      const Authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
      const { status, body } = await http({
        method: 'GET',
        url,
        headers: { Authorization, Accept: 'application/json' },
      });
      if (status !== 200) throw Object.assign(new Error(), { name: `http_${status}` });
      return JSON.parse(body) as Record<string, unknown>;
    }

    async function trial(): Promise<Limited | undefined> {
      const words = 'Twilio reaches verified numbers only. Upgrade the trial account in its console';
      return (await get(`${account}.json`)).type === 'Trial' ? limited('trial', words) : undefined;
    }

    /** The numbers of a messaging service; what is no number, like a short code, is in no contact card. */
    async function serviceNumbers(): Promise<string[]> {
      const numbers: string[] = [];
      let next: string | undefined = `${services}/PhoneNumbers?PageSize=100`;
      while (next !== undefined && numbers.length < MAX_NUMBERS) {
        const { phone_numbers: list, meta } = (await get(next)) as unknown as NumbersPage;
        numbers.push(...list.flatMap(({ phone_number }) => phone_number ?? []));
        const following = meta?.next_page_url ?? undefined;
        // Its host is Twilio's, whichever base is asked; of the credentials no other one may hear.
        next = following && `${apiUrl ?? MESSAGING_API}${new URL(following).pathname}${new URL(following).search}`;
      }
      return numbers.slice(0, MAX_NUMBERS);
    }

    async function service(listed: Listed): Promise<Limited | undefined> {
      const isWiredUp = async () => wiredAs(await get(services), 'inbound_request_url', 'fallback_url');
      if ((await listed()).length > 0) return isWiredUp();
      for (const senders of ['ShortCodes', 'AlphaSenders']) {
        const list = Object.values(await get(`${services}/${senders}?PageSize=1`)).find(Array.isArray) ?? [];
        if (list.length > 0) return isWiredUp();
      }
      return limited(
        'no_sender',
        'The messaging service has no sender. Add a number to it in Twilio, Messaging → Services',
      );
    }

    async function number(): Promise<Limited | undefined> {
      const url = `${account}/IncomingPhoneNumbers.json?PhoneNumber=${encodeURIComponent(phoneNumber)}`;
      const [ours] = (await get(url)).incoming_phone_numbers as Record<string, unknown>[];
      if (!ours) return limited('no_sender', 'The number of the secret is none of this Twilio account');
      return wiredAs(ours, `${channel}_url`, `${channel}_fallback_url`);
    }

    function wiredAs(where: Record<string, unknown>, main: string, fallback: string): Limited | undefined {
      // A service may leave replies to the webhooks of its numbers, which are many.
      if (publicBaseUrl === '' || where.use_inbound_webhook_on_number === true) return undefined;
      const wrong = [main, fallback].find((name) => !isWired(where[name], inbound));
      if (wrong === undefined) return undefined;
      const what = channel === 'sms' ? 'Replies' : 'Calls back';
      const words = `${what} do not lead here for sure: ${wrong} in Twilio must be the URL with retries of docs/deploy.md, "Replies"`;
      return limited('replies_not_wired', words);
    }

    const isNumber = phoneNumber.startsWith('+');
    const isService = phoneNumber.startsWith('MG');
    // A sender id receives nothing, and is in no contact card.
    if (channel === 'voice') return firstOf(trial, isNumber ? number : async () => undefined);
    const list = async () => (isNumber ? [phoneNumber] : isService ? serviceNumbers() : []);
    const sender = isNumber ? number : isService ? service : async () => undefined;
    const card = async (listed: Listed) =>
      (await listed()).length > 0 ? undefined : limited('contact_card_empty', NO_CARD);
    return withNumbers(list, (number) => number, trial, sender, card);
  };
}

type Listed = () => Promise<readonly string[]>;

interface NumbersPage {
  phone_numbers: { phone_number?: string }[];
  meta?: { next_page_url?: string | null };
}

const NO_CARD =
  'senders.vcf names no number that texts, so phones in do-not-disturb let none through. Tell people what texts come from: docs/deploy.md, "Replies"';
