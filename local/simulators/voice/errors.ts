/** Refusals of AWS End User Messaging, in the shape of JSON 1.0. */
import type { Check } from '../modes.ts';

export interface VoiceAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** Error → HTTP status and words. */
const ERRORS: Record<string, readonly [status: number, text: string]> = {
  AccessDeniedException: [400, 'You do not have sufficient access to perform this action.'],
  ConflictException: [400, 'The request conflicts with the state of a resource.'],
  InternalServerException: [500, 'The service failed.'],
  MissingAuthenticationTokenException: [403, 'Request is missing Authentication Token'],
  ResourceNotFoundException: [400, 'The origination identity was not found.'],
  ServiceQuotaExceededException: [400, 'A service quota is exceeded.'],
  ServiceUnavailableException: [503, 'Service is unavailable'],
  ThrottlingException: [400, 'Rate exceeded'],
  UnknownOperationException: [400, 'Unknown operation'],
  UnrecognizedClientException: [400, 'The security token included in the request is invalid.'],
  ValidationException: [400, 'The request is not valid.'],
};

/** Reasons, with the error each comes with. */
const REASONS: Record<string, string> = {
  ACCOUNT_DISABLED: 'AccessDeniedException',
  COUNTRY_NOT_ENABLED: 'ValidationException',
  DAILY_DESTINATION_CALL_LIMIT: 'ServiceQuotaExceededException',
  DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION: 'ConflictException',
  DESTINATION_PHONE_NUMBER_NOT_VERIFIED: 'ConflictException',
  DESTINATION_PHONE_NUMBER_OPTED_OUT: 'ConflictException',
  INVALID_PARAMETER: 'ValidationException',
  MISSING_PARAMETER: 'ValidationException',
  MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE: 'ServiceQuotaExceededException',
  NO_ORIGINATION_IDENTITIES_FOUND: 'ConflictException',
  NUMBER_CAPABILITIES_MISMATCH: 'ConflictException',
};

export const awsVoiceErrorCode: Check = (v) =>
  typeof v === 'string' && (Object.hasOwn(ERRORS, v) || Object.hasOwn(REASONS, v))
    ? undefined
    : `must be one of ${[...Object.keys(ERRORS), ...Object.keys(REASONS)].join(', ')}`;

/** @param code an error, or a reason */
export function voiceError(code: string, about?: string): VoiceAnswer {
  const name = REASONS[code] ?? code;
  const [status, text] = ERRORS[name] ?? [400, code];
  const reason = Object.hasOwn(REASONS, code) ? { Reason: code } : {};
  return { status, body: { __type: `com.amazonaws.pinpointsmsvoicev2#${name}`, Message: about ?? text, ...reason } };
}
