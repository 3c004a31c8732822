/** What providers tell us later, in their own words: signed callbacks, events, lines of a log. */
import { type CircuitName, circuitName } from '../../../lambdas/core/circuit/circuit.ts';
import { parseCallbackRef } from '../../../lambdas/core/page/callback-ref.ts';
import { parseSendGridEvents } from '../../../lambdas/providers/email/sendgrid-events.ts';
import type { ReceiveReceipt } from '../../../lambdas/use-cases/receive-receipt.ts';
import { smsLogLine } from '../log-event.ts';
import type { createCaller } from './caller.ts';
import type { Sent } from './providers.ts';

/** A word of the provider, so many ms after it took the message. */
export interface Report {
  status: string;
  after: number;
  /** Further fields of the callback or event, e.g. `ErrorCode`. */
  fields?: Record<string, string>;
}
export type Reports = Partial<Record<CircuitName, (message: Sent, n: number) => Report[]>>;

export const delivered = (after = 2_000): Report[] => [{ status: 'delivered', after }];
/** Nobody takes the call, for as long as we let it ring. */
export const noAnswer = (): Report[] => [{ status: 'no-answer', after: 30_000 }];
/** Somebody answers after 10 s and listens for 20 s. */
export const answered = (by: 'human' | 'machine_end_beep' = 'human'): Report[] => [
  { status: 'in-progress', after: 10_000 },
  { status: 'completed', after: 30_000, fields: { AnsweredBy: by, CallDuration: '20' } },
];

/** Unless a test says otherwise, phones ring and nobody takes the call, and the others say nothing. */
const QUIET: Reports = { 'twilio/voice': noAnswer };

interface Deps {
  reports: Reports | undefined;
  later: (ms: number, run: () => Promise<unknown>) => void;
  receiveReceipt: ReceiveReceipt;
  caller: Pick<ReturnType<typeof createCaller>, 'callback' | 'callStatus'>;
  /** Takes a line of the log of SNS, and sees to it that one which fails comes again. */
  snsLog: (line: string) => Promise<unknown>;
  /** Takes an event of SES. */
  sesEvent: (event: object) => void;
}

/** SendGrid repeats a batch that was not answered 2xx, for a day; how often is its own affair. */
const SENDGRID_AGAIN = 5 * 60_000;

export function createReporter({ reports: given, later, receiveReceipt, caller, snsLog, sesEvent }: Deps) {
  const reports = { ...QUIET, ...given };
  /** Calls that ring, by id; without those that somebody took or that are over. */
  const ringing = new Map<string, Sent>();
  const hungUp: string[] = [];
  /** The calls that we wanted ended, whatever became of that. */
  const hangUps: string[] = [];
  /** What calls in progress were given instead of what they said. */
  const redirected: { id: string; twiml: string }[] = [];

  async function report({ by, channel, ref, providerId }: Sent, { status, fields = {} }: Report): Promise<unknown> {
    switch (circuitName(by, channel)) {
      case 'twilio/sms':
        return caller.callback(ref, providerId, status, fields);
      case 'twilio/voice':
        return caller.callStatus(ref, providerId, status, fields);
      case 'sns/sms': {
        const id = providerId.slice('sns:'.length);
        return snsLog(status === 'delivered' ? smsLogLine(id) : smsLogLine(id, status));
      }
      case 'sendgrid/email': {
        const event = { event: status, ref, sg_message_id: `${providerId}.filter0`, sg_event_id: '', ...fields };
        return tellAgain(() => received(parseSendGridEvents(JSON.stringify([event]))));
      }
      case 'ses/email': {
        const mail = { messageId: providerId.slice('ses:'.length), tags: { ref: [ref] } };
        const kind = `Email ${status[0]?.toUpperCase()}${status.slice(1)}`;
        const detail = { mail, bounce: { bounceType: 'Permanent', bouncedRecipients: [fields] } };
        return sesEvent({ id: 'e', source: 'aws.ses', 'detail-type': kind, detail });
      }
      default:
        throw new Error(`${by} reports nothing`);
    }
  }

  /** As long as the table is in trouble, which an AWS client tells with `$metadata`. */
  async function tellAgain(tell: () => Promise<void>): Promise<void> {
    await tell().catch((error: object) => {
      if (!('$metadata' in error)) throw error;
      later(SENDGRID_AGAIN, () => tellAgain(tell));
    });
  }

  async function received(events: ReturnType<typeof parseSendGridEvents>): Promise<void> {
    for (const event of events) {
      const ref = parseCallbackRef(event.ref);
      if (!ref) throw new Error('no event of ours');
      await receiveReceipt(ref, event.receipt);
    }
  }

  return {
    report,
    hungUp,
    hangUps,
    redirected,
    async redirect(id: string, twiml: string): Promise<void> {
      redirected.push({ id, twiml });
    },
    /** The provider has taken a message: what it will say is on its way. */
    accepted(message: Sent, n: number): void {
      const { by, channel, providerId } = message;
      if (channel === 'voice') ringing.set(providerId, message);
      for (const one of reports[circuitName(by, channel)]?.(message, n) ?? []) {
        later(one.after, async () => {
          if (hungUp.includes(providerId)) return;
          ringing.delete(providerId);
          await report(message, one);
        });
      }
    },
    /** As Twilio does it: a call that rings is cancelled, one that somebody took goes on. */
    async hangUp(id: string): Promise<void> {
      hangUps.push(id);
      const call = ringing.get(id);
      if (!call) return;
      ringing.delete(id);
      hungUp.push(id);
      later(0, () => report(call, { status: 'canceled', after: 0 }));
    },
  };
}
