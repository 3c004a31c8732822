import type { Clock } from '../core/clock.ts';
import { callAnswered, callKeys, speechLanguage, voicemail } from '../core/content/voice.ts';
import { type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import { type CallbackRef, formatCallbackRef } from '../core/page/callback-ref.ts';
import { hasPressedKey, isMachine } from '../core/page/heard.ts';
import { deliveryKey } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { isAnswered } from '../core/page/status.ts';
import type { VoiceProvider } from '../core/providers/ports.ts';
import { menuSegment } from '../core/replies/voice-menu.ts';
import type { Handler } from '../http/http.ts';
import { parseCallStatus } from '../providers/voice/twilio-voice-receipts.ts';
import { machineTwiml, speakTwiml } from '../providers/voice/twiml-speech.ts';
import { createTwilioStatus, type TwilioStatusDeps } from './twilio-status.ts';

interface Deps extends TwilioStatusDeps {
  pages: Pick<PageStore, 'get'>;
  redirect: NonNullable<VoiceProvider['redirect']>;
  overrides: WordingOverrides;
  clock: Clock;
}

/** POST /webhooks/twilio/voice/status/{ref}: what became of a call, and who was found to be on the line. */
export function createTwilioVoiceStatus(deps: Deps): Handler {
  const { pages, redirect, overrides, clock, publicBaseUrl, receiveReceipt } = deps;

  const status = createTwilioStatus(
    {
      ...deps,
      async receiveReceipt(ref, report) {
        const result = await receiveReceipt(ref, report);
        const isOnTheLine = report.news === 'progress' && isMachine(report.providerStatus);
        // A repetition must not begin the message anew.
        if (result === 'applied' && isOnTheLine) await leaveMessage(ref, report.providerId);
        return result;
      },
    },
    {
      channel: 'voice',
      parse: parseCallStatus,
      unreadable: { path: 'CallStatus', message: 'is no status of a call, and nothing else says who took it' },
    },
  );
  return status;

  /**
   * The greeting of a machine is over: it gets the message whole. The keys come behind it, because a machine that screens
   * the call hands it to its person (ADR 21). Once a key was pressed, that person is in the menu or hears the
   * confirmation, and a redirect would interrupt both: such a call is left alone.
   */
  async function leaveMessage(ref: CallbackRef, callId: string): Promise<void> {
    const page = await pages.get(ref.pageId, { consistent: true });
    if (!page || hasPressedKey(page, deliveryKey(ref.round, ref.channel), ref.leg)) return;
    const w = wordingFor(page.locale?.language, overrides);
    const language = speechLanguage(w);
    const action = `${publicBaseUrl}/webhooks/twilio/voice/menu/${menuSegment(formatCallbackRef(ref), 1)}`;
    const words = { language, message: voicemail(page, w), menu: callKeys(w), action };
    await redirect(
      callId,
      isAnswered(page) ? speakTwiml(language, callAnswered(page, w, clock.now())) : machineTwiml(words),
    );
  }
}
