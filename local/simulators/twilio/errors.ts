/** Twilio's error answers: the code's HTTP status and words, in the shape its REST API uses. */
export interface TwilioAnswer {
  status: number;
  body: Record<string, unknown>;
}

const TEXTS: Record<number, readonly [status: number, text: string]> = {
  20001: [400, 'Invalid parameter'],
  20003: [401, 'Authenticate'],
  20004: [405, 'Method not allowed'],
  20005: [403, 'Account is not active'],
  20006: [403, 'Access denied'],
  20008: [403, 'Resource not accessible with Test Account Credentials'],
  20010: [403, 'Account is suspended'],
  20404: [404, 'The requested resource $ was not found'],
  20429: [429, 'Too Many Requests'],
  20500: [500, 'Internal Server Error'],
  20503: [503, 'Service is unavailable. Please try again'],
  21201: [400, "No 'To' number is specified"],
  21205: [400, 'Url is not a valid URL: $'],
  21210: [400, 'Source phone number not yet verified for your account: $'],
  21211: [400, "The 'To' number $ is not a valid phone number."],
  21212: [400, "The 'From' number $ is not a valid phone number, shortcode, or alphanumeric sender ID."],
  21213: [400, "'From' phone number is required"],
  21214: [400, "'To' phone number cannot be reached: $"],
  21215: [400, 'Account not authorized to call $'],
  21216: [400, 'Account not allowed to call $'],
  21217: [400, 'Phone number does not appear to be valid'],
  21219: [400, 'The number $ is unverified. Trial accounts may only make calls to verified numbers.'],
  21220: [400, 'Call is not in-progress. Cannot redirect.'],
  21266: [400, "'To' and 'From' number cannot be the same: $"],
  21408: [400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: $"],
  21602: [400, 'Message body is required.'],
  21603: [400, "A 'From' phone number is required."],
  21604: [400, "A 'To' phone number is required."],
  21606: [400, "The 'From' phone number provided ($) is not a valid message-capable Twilio phone number."],
  21608: [400, 'The number $ is unverified. Trial accounts cannot send messages to unverified numbers.'],
  21609: [400, "The 'StatusCallback' URL $ is not a valid URL."],
  21610: [400, 'Attempt to send to unsubscribed recipient'],
  21611: [429, "This 'From' number $ has exceeded the maximum number of queued messages"],
  21612: [400, "The 'To' phone number: $, is not currently reachable using the 'From' phone number via SMS"],
  21614: [400, "'To' number $ is not a valid mobile number"],
  21617: [400, 'The concatenated message body exceeds the 1600 character limit'],
  21624: [400, "The 'ValidityPeriod' $ is not an integer between 1 and 36000"],
  21626: [400, 'StatusCallbackEvent is not valid'],
  30409: [400, 'The message $ is not in a state in which it can be canceled'],
  21659: [400, "'$' is not a Twilio phone number or Short Code country mismatch"],
  21703: [400, 'The Messaging Service does not have a phone number available to send a message'],
};

/** @param about the number or URL the text names */
export function twilioError(code: number, about = ''): TwilioAnswer {
  const [status, text] = TEXTS[code] ?? [400, `Unable to create record: error ${code}`];
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return { status, body: { code, message: text.replace('$', () => about), more_info, status } };
}

/** Twilio's magic numbers (test credentials): the refusal they stand for. */
export const MAGIC_RECIPIENTS: Record<string, number> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};
export const MAGIC_SENDERS: Record<string, number> = {
  '+15005550001': 21212,
  '+15005550007': 21606,
  '+15005550008': 21611,
};
/** The same for calls. */
export const MAGIC_CALLED: Record<string, number> = {
  '+15005550001': 21217,
  '+15005550002': 21214,
  '+15005550003': 21215,
  '+15005550004': 21216,
};
export const MAGIC_CALLERS: Record<string, number> = { '+15005550001': 21212 };
