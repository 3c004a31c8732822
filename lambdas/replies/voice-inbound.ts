import type { Clock } from '../core/clock.ts';
import { callAnswered, callGoodbye, speechLanguage } from '../core/content/voice.ts';
import { inboundDone, inboundNothing, inboundOpen, inboundUnknown } from '../core/content/voice-inbound.ts';
import type { Wording } from '../core/content/wording.ts';
import type { Page } from '../core/page/page.ts';
import type { CodeStore, PageStore } from '../core/page/ports.ts';
import { isSamePhone } from '../core/recipient/phone.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import type { Answerer } from '../core/replies/answerer.ts';
import { decideAnswer } from '../core/replies/decide.ts';
import type { InboundTexts } from '../core/replies/ports.ts';
import { FIXED } from '../core/rules.ts';
import type { Handler } from '../http/http.ts';

import { menuTwiml, speakTwiml } from '../providers/voice/twiml-speech.ts';
import type { AnswerIncidents } from '../use-cases/answer-incidents.ts';
import { type AuthTokenOf, callEvent, twiml } from './twilio-call.ts';

interface Deps {
  pages: PageStore;
  codes: Pick<CodeStore, 'ofPhone'>;
  recipients: Pick<RecipientStore, 'byPhone'>;
  /** Remembers when a call began: key 1 means what was open then, not what has come since. */
  inbound: Pick<InboundTexts, 'begin'>;
  answerIncidents: AnswerIncidents;
  /** In the recipient's language. */
  wording: (language: string | undefined) => Wording;
  authTokenOf: AuthTokenOf;
  publicBaseUrl: string;
  clock: Clock;
}

/** Short codes, withheld numbers and SIP addresses are nobody's phone. */
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * POST /webhooks/twilio/voice/inbound: somebody calls one of our numbers. A phone we know hears what is open on it and
 * may acknowledge that with key 1; every other hears a neutral sentence. The signature first. The answer is TwiML.
 */
export function createVoiceInbound(deps: Deps): Handler {
  const { pages, codes, recipients, inbound, answerIncidents, clock } = deps;
  const url = `${deps.publicBaseUrl}/webhooks/twilio/voice/inbound`;

  return async (request) => {
    const { callSid, from, digits } = await callEvent(request, url, deps.authTokenOf);
    const people = E164.test(from) ? await recipients.byPhone(from) : [];
    const [caller] = people;
    const w = deps.wording(caller?.language);
    const language = speechLanguage(w);
    const speak = (text: string) => twiml(speakTwiml(language, text));
    if (!caller) return speak(inboundUnknown(w));
    if (digits === '') return speak(callGoodbye(w));

    const now = clock.now();
    const { at } = await inbound.begin(callSid, now, now + FIXED.inboundMemory);
    // A code is reserved before its page is known to be new, so one may point to a page that went to somebody else.
    const named = await pages.getMany(await codes.ofPhone(from));
    const known = named.filter((page) => page.createdAt <= at && wentTo(page, from));
    const decision = decideAnswer(known, 'acknowledge', { which: 'all' }, now);
    if (decision.do !== 'answer') {
      const latest = decision.do === 'nothing-open' ? decision.latest : undefined;
      return speak(latest ? callAnswered(latest, w, now) : inboundNothing(w));
    }
    if (digits === '1') {
      const { mine, others } = await answerIncidents(decision.incidents, 'acknowledge', (page) =>
        answererOf(page, people, { at: now, callId: callSid }),
      );
      const [quicker] = others;
      return speak(mine.length === 0 && quicker ? callAnswered(quicker, w, now) : inboundDone(mine, others, w));
    }
    const menu = inboundOpen(
      decision.incidents.map(([page]) => page),
      w,
    );
    return twiml(menuTwiml({ language, menu, action: url }));
  };
}

/** The recipient of the page, where the phone is theirs still; else whoever has the phone now. */
function answererOf(page: Page, people: readonly Recipient[], call: { at: number; callId: string }): Answerer {
  const person = people.find(({ id }) => id === page.recipientId) ?? people[0];
  const recipientId = person?.id ?? page.recipientId;
  return {
    answer: { at: call.at, by: person?.name ?? recipientId, via: 'voice' },
    recipientId,
    actor: `recipient/${recipientId}`,
    details: { via: 'voice', callId: call.callId },
  };
}

const wentTo = ({ deliveries }: Page, phone: string): boolean =>
  Object.values(deliveries).some(({ to }) => isSamePhone(to, phone));
