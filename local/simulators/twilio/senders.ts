/** The numbers and the messaging service of the account, as Twilio's API shows them: what they are, and where they lead. */
import { INBOUND_RETRIES } from '../../../lambdas/providers/standing/wiring.ts';
import type { TwilioAccount, TwilioSettings } from './account.ts';

/**
 * The answer to a GET of the number or the messaging service; undefined for every other path.
 * @param publicUrl where the owner's webhooks lead, if they are wired
 */
export function senders(
  path: string,
  query: URLSearchParams,
  { accountSid, phoneNumber }: TwilioAccount,
  publicUrl: string | undefined,
  { wired, hasSender }: TwilioSettings,
): Record<string, unknown> | undefined {
  const url = (channel: string) =>
    wired && publicUrl ? `${publicUrl}/webhooks/twilio/${channel}/inbound${INBOUND_RETRIES}` : null;
  if (path === `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`) {
    const urls = { sms_url: url('sms'), sms_fallback_url: url('sms') };
    const number = { phone_number: phoneNumber, ...urls, voice_url: url('voice'), voice_fallback_url: url('voice') };
    const isOurs = hasSender && query.get('PhoneNumber') === phoneNumber;
    return { incoming_phone_numbers: isOurs ? [number] : [] };
  }
  const service = `/v1/Services/${phoneNumber}`;
  if (path === service) {
    const urls = { inbound_request_url: url('sms'), fallback_url: url('sms') };
    return { sid: phoneNumber, ...urls, use_inbound_webhook_on_number: false };
  }
  if (path === `${service}/PhoneNumbers`) return { phone_numbers: hasSender ? [{ sid: `PN${'1'.repeat(32)}` }] : [] };
  if (path === `${service}/ShortCodes`) return { short_codes: [] };
  if (path === `${service}/AlphaSenders`) return { alpha_senders: [] };
  return undefined;
}
