/**
 * The words of Lifeline, and by that the list of phrases and their placeholders: every other language says these.
 * Tags such as [CRITICAL], the verbs ACK and RESOLVE and the name Lifeline belong to the protocol and stay as they are;
 * {command} brings a verb with its code.
 */
export const en = {
  /** How times and ages are written, as a BCP 47 tag. British for 22 Nov, which nobody reads as another day. */
  locale: 'en-GB',

  critical: 'Critical incident',
  high: 'High priority incident',
  medium: 'Medium priority incident',
  low: 'Low priority incident',
  acknowledgedIncident: 'Incident acknowledged',
  resolvedIncident: 'Incident resolved',

  test: 'This is a test. Nothing is broken.',
  escalated: 'Escalation level {level}.',
  late: 'Delayed: this page was due {time}.',

  priorityCritical: 'Critical',
  priorityHigh: 'High',
  priorityMedium: 'Medium',
  priorityLow: 'Low',
  service: 'Service',
  priority: 'Priority',
  incident: 'Incident',
  team: 'Team',
  alerts: 'Alerts',
  triggered: 'Triggered',

  acknowledge: 'Acknowledge',
  resolve: 'Resolve',
  details: 'Open incident',
  acknowledgeAll: 'Acknowledge all',
  resolveAll: 'Resolve all',

  acknowledgedBy: 'Acknowledged by {name}',
  resolvedBy: 'Resolved by {name}',
  somebody: 'somebody',
  justNow: 'just now',
  teamPaged: '{name} is being paged.',

  bundleOne: '{count} incident',
  bundleMany: '{count} incidents',
  digestOne: '{count} incident held until now',
  digestMany: '{count} incidents held until now',
  more: '+{count} more',

  emailWhy: 'Acknowledging stops this page and tells the others who were paged that you have it.',
  emailWhyAll: 'Acknowledging stops all of these and tells the others who were paged that you have them.',
  emailFooter: 'Lifeline sent this because you are on call. Page {page}.',

  smsIncident: 'Incident #{id}',
  smsReply: 'Reply {command}',
  smsLink: 'Ack: {link}',

  smsCode: 'Lifeline code {code}. It is valid for {minutes} minutes.',
  replyAcknowledged: '{id} acknowledged. {service}: {title}',
  replyResolved: '{id} resolved. {service}: {title}',
  replyWhenOver: 'Reply {command} when it is over.',
  replyManyAcknowledged: '{count} incidents acknowledged: {list}.',
  replyManyResolved: '{count} incidents resolved: {list}.',
  replyAlreadyAcknowledged: '{id} was already acknowledged by {name} {age}. Nothing changed.',
  replyAlreadyResolved: '{id} was already resolved by {name} {age}. Nothing changed.',
  replyWasAcknowledged: '{id} was acknowledged by {name} {age}.',
  replyWasResolved: '{id} was resolved by {name} {age}.',
  replyNothingOpen: 'Nothing is open on this phone.',
  replyNoCode: 'No {code} here.',
  replyOpenOne: '{count} incident is open: {list}.',
  replyOpenMany: '{count} incidents are open: {list}.',
  replyUnresolvedOne: '{count} incident is not resolved: {list}.',
  replyUnresolvedMany: '{count} incidents are not resolved: {list}.',
  replyHow: 'Reply {command}.',
  replyHowAll: 'Reply {command} or {all}.',
  replyHelp:
    'Lifeline understands ACK and RESOLVE, with the code of a text (ACK 7K3) or ALL. This number is not read by people.',
  replyHowToStop: 'To get no more texts from Lifeline, reply STOP and nothing else.',
  agoMinutes: '{count} min ago',
  agoHours: '{count} h ago',
  agoDays: '{count} days ago',

  callIncident: '{kind} for {service}. {title}.',
  callTest: 'This is a test.',
  callMenu: 'Press 1 to acknowledge, press 2 for details, press 9 to escalate.',
  callMenuAfterDetails: 'Press 1 to acknowledge, press 9 to escalate.',
  callMore: '{title}, and more',
  callDetails: 'Incident {id}.',
  callTeam: 'Team {team}.',
  callAlerts: 'Alerts: {count}.',
  callTriggered: 'Triggered {age}.',
  callConfirmed: 'Thank you. You have acknowledged {service}. {title}. Lifeline stops calling. Goodbye.',
  callAcknowledged: 'Lifeline. {name} acknowledged {service} {age}. There is nothing to do. Goodbye.',
  callResolved: 'Lifeline. {name} resolved {service} {age}. There is nothing to do. Goodbye.',
  callEscalated: 'The next person is being paged now. The incident stays open. Goodbye.',
  callNobodyNext:
    'Nobody is named to be paged next. Operations has been told. The incident stays open and is yours. Goodbye.',
  callGoodbye: 'No answer was given, so the incident stays open. Goodbye.',
  callUnknownKey: 'This key has no meaning here. Press 1 to acknowledge, press 2 for details, press 9 to escalate.',
  callVoicemail: 'This incident is still open. Please acknowledge it in your messages.',
  callOneWay: 'This call cannot take an answer. To acknowledge, use {where}.',
  callReplyCode: 'The reply code is {code}.',
  callBundle: '{headline}. {list}.',
  callBundleMore: 'and {count} more',
  callBundleMenu: 'Press 1 to acknowledge all, press 2 for details, press 9 to escalate.',
  callCode: 'Lifeline. Your code is {code}. Once more: {code}. Goodbye.',

  callInUnknown: 'This is Lifeline. Nobody takes calls on this number. Goodbye.',
  callInNothing: 'Lifeline. Nothing is open on this phone. Goodbye.',
  callInOpen: 'Lifeline. Open on this phone: {list}. Press 1 to acknowledge.',
  callInOpenAll: 'Lifeline. {count} incidents are open on this phone: {list}. Press 1 to acknowledge all.',
  callInDone: 'Thank you. You have acknowledged {list}. Lifeline stops calling. Goodbye.',

  smsStopped: 'Texts to your phone have stopped (STOP was sent). Send START from it to have them again.',
  smsGoesOn: 'Texts to your phone go on again.',

  placeSms: 'the text message',
  placeNumber: 'a text or a call to {number}',
  placeEmail: 'the e-mail',
  placeSlack: 'Slack',
  placeTeams: 'Teams',
  placePush: 'the notification',

  symbolPercent: 'percent',
  symbolAnd: 'and',
  symbolLess: 'less than',
  symbolMore: 'more than',
  symbolPlus: 'plus',
  symbolEquals: 'equals',
  symbolAt: 'at',
  symbolSlash: 'slash',
  symbolNumber: 'number',
} as const;

export type Phrase = keyof typeof en;
export type Wording = { readonly [P in Phrase]: string };
