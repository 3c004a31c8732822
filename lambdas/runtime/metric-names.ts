/** Shared by the code that counts and the alarms that watch, so that a renamed metric cannot leave an alarm blind. */
export const METRIC_NAMESPACE = 'Lifeline';

export const METRICS = {
  /** A queue record whose handling threw; it comes back, or ends in the DLQ. */
  recordFailed: 'RecordFailed',
  /** A message or a page has waited for some ten minutes for a version that understands it: none is being deployed. */
  leftToNewer: 'LeftToNewer',
  /** A request that ended in 500 `internal`. */
  internalError: 'InternalError',
  /** A dispatch that no channel of the recipient could take; the caller got 422. */
  noUsableChannel: 'NoUsableChannel',
  /** A page failed on every channel it had. */
  pagesFailed: 'PagesFailed',
  /** A page failed by e-mail and by SMS in the same round. */
  pagesFailedByMailAndText: 'PagesFailedByMailAndText',
  /** A page was given up because nobody answered it. */
  pagesExhausted: 'PagesExhausted',
  /** A page was to be passed on, and there is nobody or they cannot be paged. */
  pagesNotPassedOn: 'PagesNotPassedOn',
  /** Somebody who is to hear of all this cannot be paged. */
  operationsNotReached: 'OperationsNotReached',
  /** A recipient whose texts were stopped by STOP or by what a provider said. */
  optedOut: 'OptedOut',
  /** A contact point was marked as broken. */
  contactBroken: 'ContactBroken',
  /** A text to one of our numbers came from no phone, or from one that nobody has. */
  textDropped: 'TextDropped',
  /** A text that no webhook brought was found in Twilio's list, and answered. */
  textSwept: 'TextSwept',
  /** A circuit opened: its provider is left alone for a minute. */
  circuitOpened: 'CircuitOpened',
  /** A provider used a code, or a status of a receipt, that no table of Lifeline has. */
  unknownProviderCode: 'UnknownProviderCode',
  /** A delivery was put off because every provider of its channel was down. */
  deferred: 'Deferred',
  /** A delivery was given up because its channel had been down for an hour. */
  channelDown: 'ChannelDown',
  /** A provider call whose outcome is not known was followed by another: the person may get it twice. */
  possibleDuplicate: 'PossibleDuplicate',
  /** One of them came true: receipts say that the person has the text twice. */
  duplicate: 'Duplicate',
  /** Five minutes after acceptance the provider still has not said what became of a message. */
  missingReceipt: 'MissingReceipt',
  /** A verification code that a provider took. */
  codeSent: 'CodeSent',
  /** A verification code that no provider would take. */
  codeNotSent: 'CodeNotSent',
  /** A verification code that was refused because too many go out, or because of the country: pumping, perhaps. */
  codeRefused: 'CodeRefused',
  /** Changes that were written and could not be told to the event bus. */
  eventLost: 'EventLost',
  /** A health check found a provider whose set-up cannot carry all that the deployment needs of it. */
  providerLimited: 'ProviderLimited',
  /** A health check was made and its snapshot written. */
  healthChecked: 'HealthChecked',
  /** A health check found every provider of a channel unusable at once. */
  noUsableProvider: 'NoUsableProvider',
} as const;
