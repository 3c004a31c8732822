import { wordingFor } from '../core/content/wording.ts';
import { createAnswerText } from '../replies/answer-text.ts';
import { createInboundSweep, SWEEP_WINDOW } from '../replies/inbound-sweep.ts';
import { createTwilioSmsInbound } from '../replies/twilio-sms-inbound.ts';
import { type AnsweringPorts, answering } from './answering.ts';
import { type ContactPorts, optingOut } from './contacts.ts';
import { createTellDropped } from './dropped-texts.ts';
import type { Ports, Settings } from './ports.ts';

export type TextPorts = AnsweringPorts & ContactPorts & Pick<Ports, 'codes' | 'inbound'>;

function answeringTexts(ports: TextPorts, { overrides }: Pick<Settings, 'overrides'>) {
  return createAnswerText({
    ...ports,
    ...answering(ports),
    optOut: optingOut(ports),
    dropped: createTellDropped(ports),
    wording: (language) => wordingFor(language, overrides),
  });
}

/** Answers texts that a webhook brings. */
export const twilioSmsInbound = (
  ports: TextPorts & Pick<Ports, 'authTokenOf'>,
  settings: Pick<Settings, 'overrides' | 'publicBaseUrl'>,
) => ({
  receiveTwilioSmsInbound: createTwilioSmsInbound({
    ...ports,
    ...settings,
    answerText: answeringTexts(ports, settings),
    dropped: createTellDropped(ports),
  }),
});

/** Twilio's list of what phones texted, and what it makes of replies that are sent. */
export type Inbox = Pick<Parameters<typeof createInboundSweep>[0], 'list' | 'reply'>;

/** Answers texts that no webhook brought. */
export const inboundSweep = (
  ports: TextPorts & Pick<Ports, 'orderInbound'> & Inbox,
  settings: Pick<Settings, 'overrides' | 'timeScale'>,
) =>
  createInboundSweep({
    ...ports,
    answerText: answeringTexts(ports, settings),
    order: ports.orderInbound,
    window: SWEEP_WINDOW / settings.timeScale,
  });
