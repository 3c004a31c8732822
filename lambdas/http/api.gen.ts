// Generated from docs/openapi.yaml by `npm run generate`. Do not edit.
/**
 * Id of a page, `pg_` and 16 characters.
 */
export type NotificationId = string;
/**
 * The caller's id of an incident. No control characters, not blank, not `.` or `..`, because it travels in URLs and
 * texts. It is taken, compared and shown in Unicode's NFC, and has at most 64 characters in that form.
 */
export type IncidentId = string;
/**
 * Name of the service the incident is about. No control characters, not blank. Compared and shown in NFC.
 */
export type ServiceName = string;
/**
 * Id of a recipient. Letters, digits and `_ . @ + -`; begins with a letter, a digit or `_`.
 */
export type RecipientId = string;
/**
 * Id of a maintenance window. Letters, digits and `_ . @ + -`; begins with a letter, a digit or `_`.
 */
export type WindowId = string;
export type Priority = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW';
export type PageType = 'new_incident' | 'escalation' | 'acknowledgment' | 'resolution';
export type Channel = 'email' | 'sms' | 'slack' | 'teams' | 'push' | 'voice';
/**
 * primary is push, email, slack and teams; secondary is sms; fallback is voice. Channels that start together because
 * of `channels` or `skipTiers` are one tier in the first round, named after the quietest of them.
 */
export type Tier = 'primary' | 'secondary' | 'fallback';
export type Provider = 'twilio' | 'sns' | 'aws-voice' | 'sendgrid' | 'ses' | 'slack' | 'teams' | 'sns-push';
/**
 * Best news wins: acknowledged or resolved; else DELIVERED if any delivery is; else SENT; else IN_PROGRESS. FAILED
 * when every tier failed for good; with `requireAck` EXHAUSTED instead. A page that a louder one has taken the place
 * of keeps the best news it has; where nothing of it was sent, it is EXHAUSTED, and `supersededBy` names the louder.
 */
export type PageStatus =
  'ACCEPTED' | 'HELD' | 'IN_PROGRESS' | 'SENT' | 'DELIVERED' | 'ACKNOWLEDGED' | 'RESOLVED' | 'FAILED' | 'EXHAUSTED';
/**
 * SKIPPED is what was not sent, and a call that was taken back while it rang, because the page was answered; and what
 * was not sent because it was delivered elsewhere, or because a newer round or a louder page has taken its place
 * (`superseded`).
 */
export type DeliveryStatus = 'QUEUED' | 'SENDING' | 'SENT' | 'DELIVERED' | 'FAILED' | 'SKIPPED';
/**
 * How an answer came in.
 */
export type AnswerVia = 'api' | 'sms' | 'voice' | 'slack' | 'link' | 'dispatch';
/**
 * Stable. Meaning and remedy of each are in `docs/problems.md`.
 */
export type ProblemType =
  | 'urn:lifeline:problem:invalid-request'
  | 'urn:lifeline:problem:invalid-json'
  | 'urn:lifeline:problem:unauthorized'
  | 'urn:lifeline:problem:missing-scope'
  | 'urn:lifeline:problem:access-denied'
  | 'urn:lifeline:problem:country-not-served'
  | 'urn:lifeline:problem:bad-signature'
  | 'urn:lifeline:problem:route-not-found'
  | 'urn:lifeline:problem:notification-not-found'
  | 'urn:lifeline:problem:recipient-not-found'
  | 'urn:lifeline:problem:incident-not-found'
  | 'urn:lifeline:problem:window-not-found'
  | 'urn:lifeline:problem:provider-not-found'
  | 'urn:lifeline:problem:redrive-not-found'
  | 'urn:lifeline:problem:callback-not-found'
  | 'urn:lifeline:problem:no-code'
  | 'urn:lifeline:problem:action-not-found'
  | 'urn:lifeline:problem:open-pages'
  | 'urn:lifeline:problem:already-answered'
  | 'urn:lifeline:problem:nothing-to-retry'
  | 'urn:lifeline:problem:superseded'
  | 'urn:lifeline:problem:retried-too-often'
  | 'urn:lifeline:problem:nothing-to-verify'
  | 'urn:lifeline:problem:phone-busy'
  | 'urn:lifeline:problem:conflict'
  | 'urn:lifeline:problem:code-expired'
  | 'urn:lifeline:problem:action-expired'
  | 'urn:lifeline:problem:precondition-failed'
  | 'urn:lifeline:problem:body-too-large'
  | 'urn:lifeline:problem:unsupported-media-type'
  | 'urn:lifeline:problem:idempotency-key-reused'
  | 'urn:lifeline:problem:no-usable-channel'
  | 'urn:lifeline:problem:code-not-sendable'
  | 'urn:lifeline:problem:wrong-code'
  | 'urn:lifeline:problem:throttled'
  | 'urn:lifeline:problem:too-many-codes'
  | 'urn:lifeline:problem:internal'
  | 'urn:lifeline:problem:code-not-sent'
  | 'urn:lifeline:problem:unavailable'
  | 'urn:lifeline:problem:timeout';
/**
 * Pass it as `cursor` to read on; absent at the end.
 */
export type NextCursor = string;
/**
 * `limited`: it works, and its set-up cannot carry all that it has to, as with an account in a sandbox, a monthly limit
 * or replies that lead elsewhere: the message says what to do, and no circuit opens. `unknown`: the check could not
 * be made, which says nothing about what was to be checked.
 */
export type Finding = 'ok' | 'limited' | 'failing' | 'unknown';

export interface Team {
  id?: string;
  name?: string;
  /**
   * Channel that gets one post per incident.
   */
  slackChannel?: string;
}
export interface Incident {
  id: IncidentId;
  /**
   * One line for a person. Where a text is too long, it is the title that is cut.
   */
  title: string;
  /**
   * At most 4 KB (4096 bytes of UTF-8).
   */
  description?: string;
  priority: Priority;
  service: ServiceName;
  team?: Team;
  alertCount?: number;
  /**
   * ISO 8601 with `Z` or an offset.
   */
  triggeredAt?: string;
  /**
   * http or https.
   */
  url?: string;
}
export interface Dispatch {
  incident: Incident;
  recipientId: RecipientId;
  type?: PageType;
  /**
   * Shown in texts as `[ESC-L2]` for type escalation.
   */
  escalationLevel?: number;
  /**
   * Overrides preferences and tiers, never verification or opt-out. Follow-ups repeat exactly these.
   *
   * @minItems 1
   * @maxItems 6
   */
  channels?: Channel[];
  /**
   * Sends all channels at once.
   */
  skipTiers?: boolean;
  /**
   * Follow up until somebody answers. Default true for new_incident and escalation at CRITICAL or HIGH.
   */
  requireAck?: boolean;
  /**
   * Whether an answer counts for everybody paged about the incident or for this recipient alone.
   */
  ackScope?: 'incident' | 'recipient';
  /**
   * Recipients to page, one level up, when nobody answers.
   *
   * @maxItems 20
   */
  escalateTo?: RecipientId[];
}
/**
 * A dispatch, and what to suppose.
 */
export interface PlanRequest {
  incident: Incident;
  recipientId: RecipientId;
  type?: PageType;
  /**
   * Shown in texts as `[ESC-L2]` for type escalation.
   */
  escalationLevel?: number;
  /**
   * Overrides preferences and tiers, never verification or opt-out. Follow-ups repeat exactly these.
   *
   * @minItems 1
   * @maxItems 6
   */
  channels?: Channel[];
  /**
   * Sends all channels at once.
   */
  skipTiers?: boolean;
  /**
   * Follow up until somebody answers. Default true for new_incident and escalation at CRITICAL or HIGH.
   */
  requireAck?: boolean;
  /**
   * Whether an answer counts for everybody paged about the incident or for this recipient alone.
   */
  ackScope?: 'incident' | 'recipient';
  /**
   * Recipients to page, one level up, when nobody answers.
   *
   * @maxItems 20
   */
  escalateTo?: RecipientId[];
  /**
   * Providers to suppose down, as `<provider>/<channel>`; GET /providers names them.
   *
   * @maxItems 20
   */
  providersDown?: string[];
}
export interface Channels {
  /**
   * Only these.
   *
   * @minItems 1
   * @maxItems 6
   */
  channels?: Channel[];
}
export interface Batch {
  /**
   * Bodies as for POST /notifications. Each is checked for itself.
   *
   * @minItems 1
   * @maxItems 100
   */
  items: Dispatch[];
}
export interface Answer {
  /**
   * Display name of who answers. Default the token's name, else its subject; that goes to the audit in any case.
   */
  by?: string;
}
/**
 * Something that makes this page weaker than it should be.
 */
export interface Warning {
  code:
    | 'no-phone'
    | 'phone-unverified'
    | 'sms-suppressed'
    | 'contact-broken'
    | 'no-loud-channel'
    | 'held'
    | 'no-usable-channel';
  message: string;
}
export interface AcceptedChannel {
  deliveryId: string;
  channel: Channel;
  tier: Tier;
  status: DeliveryStatus;
}
export interface Accepted {
  notificationId: NotificationId;
  incidentId: IncidentId;
  recipientId: RecipientId;
  status: PageStatus;
  /**
   * How many deliveries are queued now.
   */
  queued: number;
  channels: AcceptedChannel[];
  /**
   * Tiers that start later if the ones before do not succeed.
   */
  pendingTiers: Tier[];
  warnings: Warning[];
  /**
   * True when an open page that says the same was found instead of making a new one.
   */
  deduplicated?: true;
}
export interface Timeline {
  /**
   * Set where the page would be held now. It then begins at that time, perhaps in one message with others.
   */
  heldUntil?: string;
  heldReason?: 'maintenance' | 'quiet-hours' | 'cap';
  /**
   * Every send that a provider would take, in their order.
   */
  entries: TimelineEntry[];
  /**
   * Channels that could not be sent when they started, because all their providers are down; absent when there are none.
   */
  deferred?: TimelineDeferral[];
  /**
   * The status the page would keep, and since when.
   */
  end: {
    atSeconds: number;
    status: PageStatus;
  };
}
export interface TimelineEntry {
  /**
   * Seconds from now.
   */
  atSeconds: number;
  round: number;
  tier: Tier;
  channel: Channel;
  provider: Provider;
}
export interface TimelineDeferral {
  /**
   * Seconds from now.
   */
  atSeconds: number;
  round: number;
  tier: Tier;
  channel: Channel;
}
export interface BatchResult {
  items: {
    /**
     * The HTTP status of a single call.
     */
    status: number;
    /**
     * What a single call would answer.
     */
    body: Accepted | Problem;
  }[];
}
/**
 * An error as in RFC 9457.
 */
export interface Problem {
  type: ProblemType;
  title: string;
  status: number;
  /**
   * What happened this time, or what to do about it. The words may change.
   */
  detail: string;
  /**
   * The request, as it stands in our logs.
   */
  instance?: string;
  errors?: ProblemError[];
  /**
   * For `no-usable-channel`, why each channel cannot be used.
   */
  channels?: UnusableChannel[];
  /**
   * For `wrong-code`, how often another code may be tried.
   */
  triesLeft?: number;
}
export interface ProblemError {
  /**
   * Dotted path in the body, or the name of a parameter or header; empty for the body as a whole.
   */
  path: string;
  message: string;
}
export interface UnusableChannel {
  channel: Channel;
  reason: 'no-contact' | 'phone-unverified' | 'sms-suppressed' | 'disabled' | 'not-available' | 'never-rings';
  message: string;
}
export interface DeliveryEvent {
  at: string;
  kind:
    | 'queued'
    | 'claimed'
    | 'attempt_failed'
    | 'failed_over'
    | 'sent'
    | 'receipt'
    | 'delivered'
    | 'deferred'
    | 'held'
    | 'retried'
    | 'dead_lettered'
    | 'skipped';
  /**
   * 0 before the first attempt.
   */
  attempt: number;
  /**
   * Provider calls, numbered through the delivery; 0 before the first.
   */
  leg: number;
  provider?: Provider;
  /**
   * The provider's own word, e.g. Twilio's `sent`.
   */
  providerStatus?: string;
  /**
   * The provider's code or ours. A `receipt` has one when it says that the message came back, and
   * `unknown_status` when Lifeline has no rule for its `providerStatus`: that one changed nothing, and a delivery
   * keeps eight of them at most.
   *
   */
  code?: string;
}
export interface DeliveryError {
  /**
   * The provider's code, or ours (`channel_down`, `no_human`, `worker_lost`, `opted_out`).
   */
  code: string;
  /**
   * What the error says, and of whom. `sender_fault`: the provider refuses our sender; `destination_fault`: this
   * sender cannot reach this country, carrier or number, and others it can; `refused_this_time`: a verdict on
   * this one message, so that a later round may text again; `unknown_code`: a code that Lifeline has no rule for.
   *
   */
  class:
    | 'transient'
    | 'provider_fault'
    | 'account_fault'
    | 'sender_fault'
    | 'destination_fault'
    | 'recipient_permanent'
    | 'refused_this_time'
    | 'opted_out'
    | 'our_bug'
    | 'unknown_code'
    | 'ambiguous';
  message: string;
}
export interface Delivery {
  deliveryId: string;
  notificationId: NotificationId;
  incidentId: IncidentId;
  recipientId: RecipientId;
  channel: Channel;
  tier: Tier;
  round: number;
  status: DeliveryStatus;
  /**
   * Attempts used, of five.
   */
  attempts: number;
  provider?: Provider;
  /**
   * The provider's id of the message; the standby's is prefixed (`sns:`, `ses:`, `aws-voice:`).
   */
  providerId?: string;
  error?: DeliveryError;
  queuedAt: string;
  lastAttemptAt?: string;
  sentAt?: string;
  deliveredAt?: string;
  failedAt?: string;
  /**
   * The channel was down, or a CRITICAL call met no person and rings once more; from then on it is tried again. It
   * lies in the past where the providers are known to be down still: such turns, one a minute, are not written down.
   *
   */
  deferredUntil?: string;
  /**
   * In the order of `at`.
   */
  events: DeliveryEvent[];
}
export interface Page {
  notificationId: NotificationId;
  incidentId: IncidentId;
  recipientId: RecipientId;
  incident: Incident;
  type: PageType;
  escalationLevel: number;
  requireAck: boolean;
  ackScope: 'incident' | 'recipient';
  escalateTo: RecipientId[];
  /**
   * The channels the dispatch asked for; absent when preferences and tiers decided.
   */
  channels?: Channel[];
  skipTiers: boolean;
  status: PageStatus;
  /**
   * Tiers that start later if the ones before do not succeed.
   */
  pendingTiers?: Tier[];
  /**
   * A test of somebody's contacts.
   */
  test?: true;
  /**
   * When the page goes out; while it is HELD alone.
   */
  heldUntil?: string;
  heldReason?: 'maintenance' | 'quiet-hours' | 'cap';
  /**
   * When a louder page took this one's place.
   */
  supersededAt?: string;
  supersededBy?: NotificationId;
  exhaustedAt?: string;
  acknowledgedAt?: string;
  acknowledgedBy?: string;
  acknowledgedVia?: AnswerVia;
  resolvedAt?: string;
  resolvedBy?: string;
  resolvedVia?: AnswerVia;
  /**
   * What to reply with, `ACK <code>`; unique on that phone for 7 days. Absent when no phone is involved.
   */
  code?: string;
  round: number;
  tier: Tier;
  createdAt: string;
  /**
   * Oldest first.
   */
  deliveries: Delivery[];
}
/**
 * The pages of an incident after an answer, oldest first.
 */
export interface IncidentState {
  incidentId: IncidentId;
  /**
   * RESOLVED when every page is, else ACKNOWLEDGED.
   */
  status: 'ACKNOWLEDGED' | 'RESOLVED';
  items: Page[];
}
export interface PageList {
  items: Page[];
  nextCursor?: NextCursor;
}
export interface DeliveryList {
  items: Delivery[];
  nextCursor?: NextCursor;
}
/**
 * Names services, teams or both. `id` may stand in it, as in the path.
 */
export interface MaintenanceWindowInput {
  id?: WindowId;
  /**
   * Pages about incidents of these services.
   *
   * @minItems 1
   * @maxItems 100
   */
  services?: string[];
  /**
   * Pages about incidents whose `team.id` is one of these.
   *
   * @minItems 1
   * @maxItems 100
   */
  teams?: string[];
  startsAt: string;
  /**
   * At most 60 days after `startsAt`.
   */
  endsAt: string;
  /**
   * Holds CRITICAL pages too. Default false.
   */
  holdCritical?: boolean;
  reason?: string;
}
export interface MaintenanceWindow {
  id: WindowId;
  /**
   * Pages about incidents of these services.
   *
   * @minItems 1
   * @maxItems 100
   */
  services?: string[];
  /**
   * Pages about incidents whose `team.id` is one of these.
   *
   * @minItems 1
   * @maxItems 100
   */
  teams?: string[];
  startsAt: string;
  /**
   * At most 60 days after `startsAt`.
   */
  endsAt: string;
  /**
   * Holds CRITICAL pages too. Default false.
   */
  holdCritical?: boolean;
  reason?: string;
}
export interface MaintenanceWindowList {
  items: MaintenanceWindow[];
  nextCursor?: NextCursor;
}
export interface RecipientList {
  items: RecipientSummary[];
  nextCursor?: NextCursor;
}
/**
 * A recipient in a list; like Recipient, but phones are masked.
 */
export interface RecipientSummary {
  id: RecipientId;
  name: string;
  email?: string;
  /**
   * Masked.
   */
  phone?: string;
  phoneVerified: boolean;
  /**
   * Masked.
   */
  verifiedPhone?: string;
  smsSuppressed: boolean;
  slackUserId?: string;
  pushEndpoints?: string[];
  brokenContacts?: BrokenContact[];
  timezone?: string;
  quietHours?: QuietHours;
  language?: string;
  preferences: Preference[];
}
/**
 * A contact point that takes no messages any more, by the word of a provider.
 */
export interface BrokenContact {
  channel: Channel;
  /**
   * Which of the devices, for push.
   */
  pushEndpoint?: string;
  /**
   * The provider's code, e.g. `user_not_found`, `5.1.1` or `EndpointDisabled`.
   */
  code: string;
  reason: string;
  since: string;
}
/**
 * Times of day in the recipient's time zone; `to` may be past midnight. Hold MEDIUM and LOW.
 */
export interface QuietHours {
  from: string;
  to: string;
  /**
   * Days on which the quiet hours begin. Default every day.
   *
   * @minItems 1
   * @maxItems 7
   */
  days?: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
}
export interface Preference {
  channel: Channel;
  enabled: boolean;
}
export interface Recipient {
  id: RecipientId;
  name: string;
  email?: string;
  /**
   * E.164, as last given.
   */
  phone?: string;
  /**
   * Whether `phone` is verified. Voice and SMS need a verified phone.
   */
  phoneVerified: boolean;
  /**
   * The number that texts and calls go to until `phone` is verified: the one that was before it. Absent when
   * `phone` is verified, and when no number is.
   *
   */
  verifiedPhone?: string;
  /**
   * The person opted out of texts to the number in use, or a provider said so.
   */
  smsSuppressed: boolean;
  slackUserId?: string;
  pushEndpoints?: string[];
  /**
   * Contact points that a provider has called dead, absent when there are none. They are still tried; a message
   * that gets through, or another address, takes the mark away.
   *
   */
  brokenContacts?: BrokenContact[];
  /**
   * IANA name.
   */
  timezone?: string;
  quietHours?: QuietHours;
  /**
   * BCP 47 tag.
   */
  language?: string;
  /**
   * Channels not named here are enabled.
   */
  preferences: Preference[];
}
export interface RecipientInput {
  id?: RecipientId;
  name: string;
  /**
   * One address alone. Before the @ what RFC 5321 calls a Dot-string, so `&`, `/`, `+` and `'` pass; quoted parts
   * and other scripts are refused, because mail providers refuse them. A domain in another script becomes its
   * ASCII form (`пример.рф` is stored and shown as `xn--e1afmkfd.xn--p1ai`).
   *
   */
  email?: string;
  /**
   * International, in any usual spelling; made E.164. Without `+` the digits are read as international when that
   * gives a valid number. A national number is refused. Mexico (`+52`, `+521`) and Argentina (`+54`, `+549`) write
   * one phone two ways: it is kept as given, and answers, STOP and calls count for the person whichever way they come.
   *
   */
  phone?: string;
  /**
   * Making it true needs `lifeline/admin`; the unchanged value passes. `false` takes it from the same phone.
   */
  phoneVerified?: boolean;
  /**
   * May be sent back as read; another number is refused. `null` stops using the old number before the new one is
   * verified.
   *
   */
  verifiedPhone?: string | null;
  /**
   * Taking an opt-out back needs `lifeline/admin`; the unchanged value passes.
   */
  smsSuppressed?: boolean;
  slackUserId?: string;
  /**
   * Write-only. Absent keeps what is stored, `null` removes it. The https URL of a Teams workflow, on
   * `*.logic.azure.com` or `*.environment.api.powerplatform.com`; in the local run also a URL on loopback.
   *
   */
  teamsWebhookUrl?: string | null;
  /**
   * ARNs of SNS endpoints, `arn:aws:sns:<region>:<account>:endpoint/<GCM|APNS|APNS_SANDBOX>/<app>/<id>`.
   *
   * @maxItems 10
   */
  pushEndpoints?: string[];
  /**
   * May be sent back as read, and changes nothing. Lifeline alone marks a contact point and takes the mark away.
   *
   * @maxItems 20
   */
  brokenContacts?: unknown[];
  /**
   * A name of the IANA time zone database, e.g. `Europe/Kyiv`, `Asia/Kolkata` or `UTC`; links such as `US/Eastern`
   * and `Japan` count. It is shown as given. Abbreviations (`BST`, `EST`, `CET`, `GMT`) are refused, because they
   * mean other times elsewhere or in summer, and so are offsets (`+02:00`), which know no summer time.
   *
   */
  timezone?: string;
  quietHours?: QuietHours;
  /**
   * BCP 47 tag, e.g. `en` or `pt-BR`.
   */
  language?: string;
  /**
   * Each channel at most once. Channels not named here are enabled. Default empty.
   *
   * @maxItems 6
   */
  preferences?: Preference[];
}
export interface VerificationRequest {
  /**
   * How the code gets to the phone. `voice` calls and says it twice.
   */
  via: 'sms' | 'voice';
}
export interface VerificationCode {
  code: string;
}
export interface VerificationSent {
  /**
   * Masked.
   */
  phone: string;
  via: 'sms' | 'voice';
  /**
   * When the code stops working.
   */
  expiresAt: string;
  /**
   * How many more codes this recipient may be sent now.
   */
  sendsLeft: number;
}
export interface Health {
  status: 'ok' | 'degraded' | 'down';
  /**
   * Deliveries that wait for another attempt.
   */
  activeRetries: number;
  /**
   * Messages on their way to a worker.
   */
  pendingDispatches: number;
}
export interface HealthDetails {
  status: 'ok' | 'degraded' | 'down';
  /**
   * When the last health check was made; absent before the first.
   */
  checkedAt?: string;
  ageSeconds?: number;
  /**
   * No check within two minutes; what follows may no longer be so.
   */
  stale: boolean;
  tables: TableHealth[];
  queues: QueueHealth[];
  providers: ProviderState[];
  metrics: HealthMetrics;
}
export interface TableHealth {
  name: string;
  finding: Finding;
  /**
   * What one read took.
   */
  latencyMs: number;
}
/**
 * Depths are approximate, as SQS counts, and absent when the queue did not answer. The age of the oldest message is
 * no attribute of a queue: CloudWatch measures it, and alarms watch it there; `waitingSince` and `oldestAgeSeconds`
 * are how far the checks can tell.
 */
export interface QueueHealth {
  name: string;
  finding: Finding;
  /**
   * Wait to be taken.
   */
  visible?: number;
  /**
   * Are being worked on.
   */
  inFlight?: number;
  /**
   * Wait for their time: retries and deferrals.
   */
  delayed?: number;
  /**
   * Given up; lanes of one channel share them.
   */
  deadLetters?: number;
  /**
   * How long messages have been waiting at least, by `waitingSince`; 0 when none is.
   */
  oldestAgeSeconds?: number;
  /**
   * At every check since this one a message was waiting.
   */
  waitingSince?: string;
}
/**
 * A provider on a channel.
 */
export interface ProviderState {
  name: string;
  channel: Channel;
  /**
   * The state in force; a pin decides it. `OPEN`: not used. `HALF_OPEN`: one send is trying whether it works again.
   *
   */
  state: 'CLOSED' | 'OPEN' | 'HALF_OPEN';
  /**
   * `auto`, or the pin.
   */
  mode: 'auto' | 'open' | 'closed';
  /**
   * Faults in a row: of the last minute while the circuit is closed, where three open it and one of the account
   * does at once; then those it opened with and every failed probe since.
   *
   */
  consecutiveFaults: number;
  /**
   * When an open circuit lets one send try. Absent with a pin.
   */
  openUntil?: string;
  /**
   * The code of the fault that opened the circuit, or the words of who pinned it.
   */
  reason?: string;
  /**
   * False when the last health check failed; `check` also tells when it could not be made. Teams has no check: it
   * is as healthy as its circuit.
   *
   */
  healthy: boolean;
  check: Finding;
  /**
   * The provider's code or ours. `not_set_up`: this deployment has no settings for the provider, and
   * `checkMessage` says which; it is left out of every `status`.
   *
   */
  checkCode?: string;
  checkMessage?: string;
  /**
   * Absent before the first check.
   */
  lastCheckAt?: string;
  /**
   * What the last check took; absent before the first.
   */
  latencyMs?: number;
}
/**
 * Sums of the above.
 */
export interface HealthMetrics {
  activeRetries: number;
  pendingDispatches: number;
  inFlight: number;
  deadLetters: number;
  /**
   * Providers that are not used now.
   */
  openCircuits: number;
}
export interface ProviderList {
  items: ProviderState[];
}
/**
 * A message that was given up. What it names is absent where it cannot be read.
 */
export interface DeadLetter {
  /**
   * The message's own id.
   */
  id: string;
  channel: Channel;
  notificationId?: NotificationId;
  deliveryId?: string;
  /**
   * The worker's hold on the delivery that the message was for or of.
   */
  claim?: number;
  reason: DeliveryError;
  /**
   * When it was sent to the queue that it rests in or came from.
   */
  sentAt: string;
}
export interface DeadLetterList {
  items: DeadLetter[];
  nextCursor?: NextCursor;
}
export interface RedriveRequest {
  channel: Channel;
  /**
   * At most so many messages; default all that rest there now.
   */
  limit?: number;
}
export interface RedriveAccepted {
  redriveId: string;
  /**
   * How many messages it will take up; approximate until it has ended.
   */
  total: number;
}
export interface Redrive {
  redriveId: string;
  channel: Channel;
  status: 'RUNNING' | 'FINISHED';
  /**
   * How many messages it takes up; queues count approximately, so it is exact only at the end.
   */
  total: number;
  /**
   * Messages that are gone, being `retried`, `requeued` or `notNeeded`.
   */
  done: number;
  /**
   * Messages that stay, because they cannot be read or their recipient cannot be reached. They show up again within 90 s.
   */
  failed: number;
  /**
   * Pages that got a new round.
   */
  retried: number;
  /**
   * Deliveries that were still waiting and are queued again.
   */
  requeued: number;
  /**
   * Answered, gone, or got through meanwhile.
   */
  notNeeded: number;
  startedAt: string;
  finishedAt?: string;
}
export interface Pin {
  mode: 'auto' | 'open' | 'closed';
  /**
   * One line for the audit and for whoever wonders.
   */
  reason: string;
}
export interface AuditEntry {
  at: string;
  resource: string;
  /**
   * What was done, as thing and what became of it. More may come. Only what changed something is recorded, with one
   * exception: codes that were refused, which is how pumping shows.
   *
   * - `page.acknowledged`, `page.resolved`, `page.escalated` (key 9 in a call), `page.retried`;
   *   `notification.failed`: e-mail and SMS of a page both failed
   * - `incident.acknowledged`, `incident.resolved`: for everybody paged about it; with `via` "dispatch" by a page of that
   *   type, which `notificationId` names
   * - `recipient.created`, `recipient.updated`, `recipient.deleted`, `recipient.sms_suppressed`,
   *   `recipient.sms_unsuppressed` (STOP and START), `recipient.contact_broken`, `recipient.contact_mended`;
   *   `recipient.push_endpoints_dropped` until 1 December 2026
   * - `phone.code_sent`, `phone.code_refused`, `phone.verified`
   * - `provider.pinned`, `provider.unpinned`
   * - `dead_letters.redriven`
   * - `maintenance_window.created`, `maintenance_window.updated`, `maintenance_window.deleted`
   *
   */
  action: string;
  /**
   * `client/subject` of the token.
   */
  actor: string;
  /**
   * Source address.
   */
  from?: string;
  details?: {
    [k: string]: string | number | boolean;
  };
}
export interface AuditList {
  items: AuditEntry[];
  nextCursor?: NextCursor;
}
/**
 * The parameters we read. The set may grow; the signature covers all that arrive.
 */
export interface TwilioSmsStatus {
  MessageSid: string;
  MessageStatus: string;
  AccountSid: string;
  ErrorCode?: string;
}
/**
 * The parameters we read. The set may grow; the signature covers all that arrive.
 */
export interface TwilioSmsInbound {
  MessageSid: string;
  AccountSid: string;
  From: string;
  To?: string;
  Body?: string;
  /**
   * What Twilio made of the text, where its advanced opt-out is switched on.
   */
  OptOutType?: 'STOP' | 'START' | 'HELP';
}
/**
 * The parameters we read. The set may grow; the signature covers all that arrive.
 */
export interface TwilioCallStatus {
  CallSid: string;
  /**
   * Absent in a finding of the detection of machines.
   */
  CallStatus?: string;
  /**
   * Seconds from the pick-up to the end, rounded up.
   */
  CallDuration?: string;
  AnsweredBy?: string;
  AccountSid: string;
}
/**
 * The parameters we read. The set may grow; the signature covers all that arrive.
 */
export interface TwilioCallEvent {
  CallSid: string;
  AccountSid: string;
  From?: string;
  To?: string;
  /**
   * The key that was pressed; empty when none was in time.
   */
  Digits?: string;
  AnsweredBy?: string;
}
/**
 * What Slack posts for a click. We read the user, the response URL and the buttons of `payload`.
 */
export interface SlackInteraction {
  /**
   * JSON
   */
  payload: string;
}
/**
 * The parameters we read. The set may grow; the signature covers all that arrive.
 */
export interface SlackCommand {
  command?: string;
  text?: string;
  user_id: string;
  user_name?: string;
  /**
   * "1" when Slack only looks at the certificate.
   */
  ssl_check?: string;
}
/**
 * A message as Slack takes it. Empty where there is nothing to say.
 */
export interface SlackReply {
  text?: string;
  /**
   * Block Kit.
   */
  blocks?: {
    [k: string]: unknown;
  }[];
  /**
   * It takes the place of the message that was clicked on.
   */
  replace_original?: boolean;
  /**
   * Seen by that person alone.
   */
  response_type?: 'ephemeral';
}
/**
 * What an action link is about.
 */
export interface ActionState {
  notificationId: NotificationId;
  incidentId: IncidentId;
  title: string;
  service: ServiceName;
  priority: Priority;
  createdAt: string;
  action: 'acknowledge' | 'resolve';
  /**
   * Nothing is left to do, by this request or an earlier answer.
   */
  done: boolean;
  /**
   * Absent while nobody has answered.
   */
  status?: 'ACKNOWLEDGED' | 'RESOLVED';
  /**
   * Who answered last.
   */
  by?: string;
  at?: string;
}

/**
 * Every operation. `scopes`: alternatives, each a list of scopes all of which are needed; null needs no token.
 * `body`: what a request body is made of; `raw` is left as text, null is not read.
 */
export const operations = {
  listNotifications: { method: 'GET', path: '/notifications', scopes: [['lifeline/read']], body: null },
  dispatchNotification: { method: 'POST', path: '/notifications', scopes: [['lifeline/send']], body: 'json' },
  planNotification: { method: 'POST', path: '/notifications/plan', scopes: [['lifeline/read']], body: 'json' },
  dispatchBatch: { method: 'POST', path: '/notifications/batch', scopes: [['lifeline/send']], body: 'json' },
  getNotification: { method: 'GET', path: '/notifications/{id}', scopes: [['lifeline/read']], body: null },
  acknowledgeNotification: { method: 'POST', path: '/notifications/{id}/acknowledge', scopes: [['lifeline/send']], body: 'json' },
  resolveNotification: { method: 'POST', path: '/notifications/{id}/resolve', scopes: [['lifeline/send']], body: 'json' },
  retryNotification: { method: 'POST', path: '/notifications/{id}/retry', scopes: [['lifeline/send']], body: 'json' },
  acknowledgeIncident: { method: 'POST', path: '/incidents/{incidentId}/acknowledge', scopes: [['lifeline/send']], body: 'json' },
  resolveIncident: { method: 'POST', path: '/incidents/{incidentId}/resolve', scopes: [['lifeline/send']], body: 'json' },
  listIncidentDeliveries: { method: 'GET', path: '/incidents/{incidentId}/deliveries', scopes: [['lifeline/read']], body: null },
  listRecipients: { method: 'GET', path: '/recipients', scopes: [['lifeline/read'], ['lifeline/recipients']], body: null },
  getRecipient: { method: 'GET', path: '/recipients/{id}', scopes: [['lifeline/read'], ['lifeline/recipients']], body: null },
  putRecipient: { method: 'PUT', path: '/recipients/{id}', scopes: [['lifeline/recipients']], body: 'json' },
  deleteRecipient: { method: 'DELETE', path: '/recipients/{id}', scopes: [['lifeline/recipients']], body: null },
  testRecipient: { method: 'POST', path: '/recipients/{id}/test', scopes: [['lifeline/recipients']], body: 'json' },
  sendVerification: { method: 'POST', path: '/recipients/{id}/phone/verification', scopes: [['lifeline/recipients']], body: 'json' },
  confirmVerification: { method: 'POST', path: '/recipients/{id}/phone/verification/confirm', scopes: [['lifeline/recipients']], body: 'json' },
  listMaintenanceWindows: { method: 'GET', path: '/maintenance-windows', scopes: [['lifeline/read']], body: null },
  getMaintenanceWindow: { method: 'GET', path: '/maintenance-windows/{id}', scopes: [['lifeline/read']], body: null },
  putMaintenanceWindow: { method: 'PUT', path: '/maintenance-windows/{id}', scopes: [['lifeline/admin']], body: 'json' },
  deleteMaintenanceWindow: { method: 'DELETE', path: '/maintenance-windows/{id}', scopes: [['lifeline/admin']], body: null },
  getHealth: { method: 'GET', path: '/health', scopes: null, body: null },
  getHealthDetails: { method: 'GET', path: '/health/details', scopes: [['lifeline/read']], body: null },
  listProviders: { method: 'GET', path: '/providers', scopes: [['lifeline/read']], body: null },
  pinProvider: { method: 'PUT', path: '/providers/{name}/{channel}/pin', scopes: [['lifeline/admin']], body: 'json' },
  listAudit: { method: 'GET', path: '/audit', scopes: [['lifeline/admin']], body: null },
  listDeadLetters: { method: 'GET', path: '/dead-letters', scopes: [['lifeline/read']], body: null },
  redriveDeadLetters: { method: 'POST', path: '/dead-letters/redrive', scopes: [['lifeline/admin']], body: 'json' },
  getRedrive: { method: 'GET', path: '/dead-letters/redrives/{id}', scopes: [['lifeline/read']], body: null },
  getSenders: { method: 'GET', path: '/senders.vcf', scopes: null, body: null },
  receiveTwilioSmsStatus: { method: 'POST', path: '/webhooks/twilio/sms/status/{ref}', scopes: null, body: 'form' },
  receiveTwilioSmsInbound: { method: 'POST', path: '/webhooks/twilio/sms/inbound', scopes: null, body: 'form' },
  receiveTwilioVoiceStatus: { method: 'POST', path: '/webhooks/twilio/voice/status/{ref}', scopes: null, body: 'form' },
  receiveTwilioVoiceMenu: { method: 'POST', path: '/webhooks/twilio/voice/menu/{ref}', scopes: null, body: 'form' },
  receiveTwilioVoiceInbound: { method: 'POST', path: '/webhooks/twilio/voice/inbound', scopes: null, body: 'form' },
  receiveSendGridEvents: { method: 'POST', path: '/webhooks/sendgrid/events', scopes: null, body: 'raw' },
  receiveSlackInteraction: { method: 'POST', path: '/webhooks/slack/interactions', scopes: null, body: 'form' },
  receiveSlackCommand: { method: 'POST', path: '/webhooks/slack/commands', scopes: null, body: 'form' },
  getAction: { method: 'GET', path: '/actions/{token}', scopes: null, body: null },
  postAction: { method: 'POST', path: '/actions/{token}', scopes: null, body: null },
} as const;

export type OperationId = keyof typeof operations;
