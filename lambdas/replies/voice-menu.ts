import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import {
  callAnswered,
  callBundle,
  callConfirmation,
  callDetails,
  callEscalated,
  callGoodbye,
  callScript,
  callUnknownKey,
  speechLanguage,
  voicemail,
} from '../core/content/voice.ts';
import type { Wording } from '../core/content/wording.ts';
import { type CallbackRef, parseCallbackRef } from '../core/page/callback-ref.ts';
import { isMachine, keyPressed } from '../core/page/heard.ts';
import { type Answer, deliveryKey, type Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import { type Answerer, auditOf } from '../core/replies/answerer.ts';
import { hasCall, type MenuStep, menuSegment, nextStep, parseMenuSegment } from '../core/replies/voice-menu.ts';
import { isDigest } from '../core/suppression/groups.ts';
import type { Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import { menuTwiml, speakTwiml } from '../providers/voice/twiml-speech.ts';
import { hasAnswer } from '../use-cases/answer-incidents.ts';
import type { AnswerPage } from '../use-cases/answer-page.ts';
import type { BundleOf } from '../use-cases/bundle.ts';
import { changePage } from '../use-cases/change-page.ts';
import { type AuthTokenOf, callEvent, twiml } from './twilio-call.ts';

/** Pages `escalateTo` at once, or operations where it is empty, and leaves the page open. Repeated, it does nothing. */
export type EscalateNow = (page: Page, by: Answer) => Promise<boolean>;

interface Deps {
  pages: PageStore;
  recipients: Pick<RecipientStore, 'get'>;
  answerPage: AnswerPage;
  escalateNow: EscalateNow;
  /** What a call is about beside its own page; without it nothing. */
  bundleOf: BundleOf;
  audit: AuditLog;
  /** In the recipient's language. */
  wording: (language: string | undefined) => Wording;
  authTokenOf: AuthTokenOf;
  publicBaseUrl: string;
  clock: Clock;
}

/** One request of a call, with what it takes to go on. */
interface Turn {
  page: Page;
  by: Answerer;
  w: Wording;
  /** Where the next key goes. */
  action: string;
}

/**
 * POST /webhooks/twilio/voice/menu/{ref}: what to say in a call of ours, and what the key that was pressed does. The
 * signature first, then whether we made the call. The answer is TwiML.
 */
export function createVoiceMenu(deps: Deps): Handler {
  const { pages, recipients, publicBaseUrl, clock } = deps;
  const urlOf = (segment: string) => `${publicBaseUrl}/webhooks/twilio/voice/menu/${segment}`;

  return async (request) => {
    const { ref: segment = '' } = request.params;
    const { callSid: callId, digits, answeredBy } = await callEvent(request, urlOf(segment), deps.authTokenOf);
    const menu = parseMenuSegment(segment);
    const ref = menu && parseCallbackRef(menu.ref);
    const page = ref && (await pages.get(ref.pageId, { consistent: true }));
    if (!menu || !page || !hasCall(page, ref, callId)) throw new Problem('callback-not-found');

    const person = await recipients.get(page.recipientId);
    const by: Answerer = {
      answer: { at: clock.now(), by: person?.name ?? page.recipientId, via: 'voice' },
      recipientId: page.recipientId,
      actor: `recipient/${page.recipientId}`,
      details: { via: 'voice', callId },
    };
    const step = nextStep(page, { said: menu.said, digits, machine: isMachine(answeredBy), name: by.answer.by });
    const action = urlOf(menuSegment(menu.ref, menu.said + 1));
    const said = await take(step, { page, by, w: deps.wording(person?.language), action });
    if (digits) await noteKey(ref, callId);
    return twiml(said);
  };

  /** After what the key does: an answer must not wait for the note that the call was heard. */
  async function noteKey(ref: CallbackRef, callId: string): Promise<void> {
    const key = deliveryKey(ref.round, ref.channel);
    await changePage(pages, ref.pageId, (page) => ({ page: keyPressed(page, key, ref, callId, clock.now()) }));
  }

  async function take(step: MenuStep, turn: Turn): Promise<string> {
    const { page, by, w, action } = turn;
    const speak = (text: string) => speakTwiml(speechLanguage(w), text);
    switch (step.do) {
      case 'menu':
        return menuTwiml({ language: speechLanguage(w), menu: await menuOf(step.say, turn), action });
      case 'acknowledge':
        return speak(await acknowledge(turn));
      case 'confirm':
        return speak(callConfirmation(page, w));
      case 'escalate': {
        // Escalates every page that the call read out, as key 1 acknowledges every one.
        const said = (await deps.bundleOf(page))?.pages ?? [page];
        for (const one of said) {
          const isFirst = await deps.escalateNow(one, by.answer);
          if (isFirst) await deps.audit.record(auditOf(by, `page/${one.id}`, 'page.escalated'));
        }
        return speak(
          callEscalated(
            w,
            said.some(({ escalateTo }) => escalateTo.length > 0),
          ),
        );
      }
      case 'say-who-has-it':
        return speak(callAnswered(page, w, by.answer.at));
      case 'leave-message':
        return speak(voicemail(page, w));
      case 'goodbye':
        return speak(callGoodbye(w));
    }
  }

  async function menuOf(what: 'script' | 'details' | 'unknown-key', { page, by, w }: Turn): Promise<string> {
    if (what === 'unknown-key') return callUnknownKey(w);
    if (what === 'script') {
      const bundle = await deps.bundleOf(page);
      return bundle ? callBundle(bundle, w, isDigest(page) ? 'digest' : 'bundle') : callScript(page, w);
    }
    // The description may lie apart from the page.
    return callDetails((await pages.getWithDescription(page.id)) ?? page, w, by.answer.at);
  }

  async function acknowledge(turn: Turn): Promise<string> {
    const { page, by, w } = turn;
    const { page: now } = (await deps.answerPage(page.id, 'acknowledge', by, 'message')) ?? { page };
    return hasAnswer(now, 'acknowledge', by) ? callConfirmation(now, w) : callAnswered(now, w, by.answer.at);
  }
}
