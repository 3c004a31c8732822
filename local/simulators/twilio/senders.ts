/** The numbers and the messaging service of the account, as Twilio's API shows them: what they are, and where they lead. */
import { INBOUND_RETRIES } from '../../../lambdas/providers/standing/wiring.ts';
import type { TwilioAccount, TwilioSettings } from './account.ts';

/** The numbers of the messaging service. */
export const SERVICE_NUMBERS: readonly string[] = ['+14155550021', '+14155550022', '+442071838751'];

/** One page of a list of Twilio's newer APIs, whose next page is an address with Twilio's own host. */
function servicePage(path: string, query: URLSearchParams, numbers: readonly string[]): Record<string, unknown> {
  const size = Number(query.get('PageSize') ?? 50);
  const page = Number(query.get('Page') ?? 0);
  const start = page * size;
  const shown = numbers.slice(start, start + size).map((phone_number, n) => ({
    sid: `PN${String(start + n + 1).padStart(32, '0')}`,
    phone_number,
  }));
  const isLast = start + size >= numbers.length;
  const next = `https://messaging.twilio.com${path}?PageSize=${size}&Page=${page + 1}&PageToken=PT${page + 1}`;
  return { phone_numbers: shown, meta: { page, page_size: size, next_page_url: isLast ? null : next } };
}

/**
 * The answer to a GET of the number or the messaging service; undefined for every other path.
 * @param publicUrl where the owner's webhooks lead, if they are wired
 */
export function senders(
  path: string,
  query: URLSearchParams,
  { accountSid, phoneNumber }: TwilioAccount,
  publicUrl: string | undefined,
  { wired, hasSender, smsUrl, smsFallbackUrl }: TwilioSettings,
): Record<string, unknown> | undefined {
  const voice = wired && publicUrl ? `${publicUrl}/webhooks/twilio/voice/inbound${INBOUND_RETRIES}` : null;
  const set = (url: string) => (wired && url !== '' ? url : null);
  if (path === `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`) {
    const urls = { sms_url: set(smsUrl), sms_fallback_url: set(smsFallbackUrl) };
    const number = { phone_number: phoneNumber, ...urls, voice_url: voice, voice_fallback_url: voice };
    const isOurs = hasSender && query.get('PhoneNumber') === phoneNumber;
    return { incoming_phone_numbers: isOurs ? [number] : [] };
  }
  const service = `/v1/Services/${phoneNumber}`;
  if (path === service) {
    const urls = { inbound_request_url: set(smsUrl), fallback_url: set(smsFallbackUrl) };
    return { sid: phoneNumber, ...urls, use_inbound_webhook_on_number: false };
  }
  if (path === `${service}/PhoneNumbers`) return servicePage(path, query, hasSender ? SERVICE_NUMBERS : []);
  if (path === `${service}/ShortCodes`) return { short_codes: [] };
  if (path === `${service}/AlphaSenders`) return { alpha_senders: [] };
  return undefined;
}
