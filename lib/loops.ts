/**
 * The functions that can receive what they have sent themselves, and what ends each of their loops.
 *
 * Lambda follows a chain of requests by the `Lineage` in the trace header. It refuses a function after about 16 runs in one
 * chain, tracing or not, unless the function's `RecursiveLoop` is `Allow`; the refused message comes back until its queue
 * gives it up (AWS Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops"). Exactly the
 * functions listed here are allowed (lib/constructs/fn.ts), so each of their loops needs a bound of its own.
 *
 * The guide names SQS, SNS, S3 and Lambda as the services that carry the lineage. Step Functions, EventBridge and
 * EventBridge Scheduler take trace headers too and are not named; loops through them are listed as well, because AWS has
 * added a service before (S3, in 2024) and a page must not stop climbing on the day it adds another. What a provider
 * reports about a message (callbacks, SES events, the delivery log of SNS) begins a chain of its own.
 *
 * test/infra/loops.test.ts derives the loops from the synthesized templates and requires this list to name exactly those
 * functions; the queues of test/support refuse the 17th run of every other one.
 */

export interface Loop {
  /** What goes round, and through which queue. */
  turn: string;
  /** What ends it. */
  bound: string;
  /** The test that fails without the bound: file below `test/`, and title. */
  test: [file: string, title: string];
}

const RETRY: Loop = {
  turn: 'a delivery that failed, through its lane',
  bound: 'five attempts, counted in the row',
  test: [
    'journeys/escalation.test.ts',
    'five attempts that met an error which does not count end in the dead letters, and a later round tries anew',
  ],
};
const DEFERRAL: Loop = {
  turn: 'a delivery whose channel is down, through its lane',
  bound: 'an hour after it was deferred first',
  test: ['journeys/outage.test.ts', 'all are given up after an hour, each with its dead letter'],
};
const PLACE: Loop = {
  turn: "a delivery that finds no place under its sender's limit, through its lane",
  bound: 'a day, then it goes out without a place',
  test: [
    'unit/delivery/rate-limit-gate.test.ts',
    'looks again for a day and then goes out, so that no page goes round for ever',
  ],
};
const SENT_ON: Loop = {
  turn: 'a message that came back, through receipt checks to its lane',
  bound: 'once for each delivery',
  test: ['journeys/failover.test.ts', '%s: sent once more through the standby'],
};
const ALERT: Loop = {
  turn: 'a page that failed, through alerts to a page that tells operations',
  bound: 'the failure of such a page raises no alert',
  test: ['journeys/alerts.test.ts', 'breeds no alerts about alerts, when nothing reaches operations either'],
};
const DEAD_CONTACT: Loop = {
  turn: 'a contact point that is dead, through alerts to a page that tells its person and operations',
  bound: 'each contact point of a person is told once',
  test: [
    'journeys/broken-contacts.test.ts',
    'a person all of whose quiet contact points are dead is told of each by text, once, and nothing goes round although Alice is operations too',
  ],
};
const LINE: Loop = {
  turn: "a call that finds its phone's line taken, through its lane",
  bound: 'an hour of waiting, then it ends FAILED no_human',
  test: [
    'journeys/loops.test.ts',
    'a call to a phone that others keep busy is given up after an hour of waiting, without a call, and operations is told',
  ],
};
const CLIMB: Loop = {
  turn: 'a page that climbs: look, state machine, next tier or round, look',
  bound: '30 minutes (CRITICAL) or 20 after its first SENT, then it is EXHAUSTED',
  test: ['journeys/escalation.test.ts', 'CRITICAL with SMS alone: texts at 0, 5, 10, 15, 20, 25, EXHAUSTED at 30'],
};

const TEAM_POST: Loop = {
  turn: "a post that a team's channel does not take, through the lanes of Slack",
  bound: 'five tries, counted in the message',
  test: [
    'journeys/one-address-throttled.test.ts',
    'a post that the channel never takes is tried five times and no more',
  ],
};

const DELIVERY: readonly Loop[] = [RETRY, DEFERRAL, PLACE, SENT_ON, ALERT, DEAD_CONTACT, CLIMB];

/** Entry of the function, as in lib/constructs/fn.ts → its loops. */
export const LOOPS: Readonly<Record<string, readonly Loop[]>> = {
  'delivery/email-worker': DELIVERY,
  'delivery/push-worker': DELIVERY,
  'delivery/slack-worker': [...DELIVERY, TEAM_POST],
  'delivery/sms-worker': DELIVERY,
  'delivery/teams-worker': DELIVERY,
  'delivery/voice-worker': [...DELIVERY, LINE],
  'receipts/receipt-check': [
    {
      turn: 'a message without a receipt, through receipt checks',
      bound: 'two looks, at 3 and 5 minutes; those that a schedule orders each hour for a day order none',
      test: [
        'journeys/failover.test.ts',
        'are counted at five minutes and asked for every hour for a day; SENT stays SENT',
      ],
    },
    SENT_ON,
  ],
  'replies/inbound-sweep': [
    {
      turn: "the next page of Twilio's list of texts, through inbound texts",
      bound: 'a hundred pages, counted in the message; texts to answer order nothing',
      test: [
        'journeys/inbound-sweep.test.ts',
        'a list without an end is read for a hundred pages, and the log says so',
      ],
    },
  ],
  'alerts/alerts': [
    {
      turn: 'a window in which alerts of one cause are counted, through alerts',
      bound: 'the first five minutes in which none comes',
      test: ['unit/alerts/group.test.ts', 'after 5 quiet minutes the next one goes out at once again'],
    },
    ALERT,
    DEAD_CONTACT,
  ],
  'replies/propagate-answer': [
    {
      turn: 'an answered incident, through stops',
      bound: 'two passes; the pages that tell others of the answer order none',
      test: ['journeys/loops.test.ts', 'are two, though others are told by pages that answer it once more'],
    },
  ],
  'suppression/release': [
    {
      turn: 'recipients who have held pages, through releases',
      bound: 'a message for all makes one for each recipient, and that one none',
      test: ['journeys/loops.test.ts', 'make one for each recipient who has a held page, which makes no further one'],
    },
  ],
  'api/redrive': [
    {
      turn: 'the stretches of a redrive, through redrives',
      bound: 'the letters counted at its start, and three stretches in a row that take none up',
      test: [
        'journeys/loops.test.ts',
        'whose letters all stay ends, though taking them takes longer than they are hidden',
      ],
    },
  ],
  'events/webhooks': [
    {
      turn: 'an event that a webhook did not take, through webhooks',
      bound: 'a day',
      test: ['unit/webhooks.test.ts', 'an event is tried for a day, never with a gap that SQS cannot hold'],
    },
  ],
  'provider-health/health-check': [
    {
      turn: 'the second check of a minute, through health checks',
      bound: 'it orders no further one',
      test: ['unit/half-minutes.test.ts', 'the ordered one checks and orders nothing, or they would become ever more'],
    },
  ],
  'receipts/sns-sms-log': [
    {
      turn: 'an event of the SNS log that failed, through the queue of its failures',
      bound: 'one that fails again comes back by its visibility, until the queue gives it up',
      test: [
        'unit/receipts/sns-sms-log.test.ts',
        'that failed comes back by the queue of its failure destination, record by record, until it succeeds',
      ],
    },
  ],
  'escalation/escalation-check': [CLIMB],
  'escalation/escalate': [CLIMB],
};
