import { wordingFor } from '../core/content/wording.ts';
import { createEscalateNow } from '../replies/escalate-now.ts';
import { createVoiceInbound } from '../replies/voice-inbound.ts';
import { createVoiceMenu } from '../replies/voice-menu.ts';
import { createBundleOf } from '../use-cases/bundle.ts';
import { createEscalateToNext } from '../use-cases/escalate-to-next.ts';
import { type AnsweringPorts, answering } from './answering.ts';
import { type DispatchPorts, type DispatchSettings, dispatching } from './dispatching.ts';
import type { Ports, Settings } from './ports.ts';

type Spoken = Pick<Settings, 'overrides' | 'publicBaseUrl'>;

/** Keys that are pressed in our calls. */
export function voiceMenu(
  ports: AnsweringPorts & DispatchPorts & Pick<Ports, 'alerts' | 'authTokenOf'>,
  settings: DispatchSettings & Spoken,
) {
  const escalateToNext = createEscalateToNext({ ...ports, dispatch: dispatching(ports, settings) });
  return {
    receiveTwilioVoiceMenu: createVoiceMenu({
      ...ports,
      ...settings,
      ...answering(ports),
      bundleOf: createBundleOf(ports),
      escalateNow: createEscalateNow({ ...ports, escalateToNext }),
      wording: (language) => wordingFor(language, settings.overrides),
    }),
  };
}

/** Calls to our number. */
export const voiceInbound = (
  ports: AnsweringPorts & Pick<Ports, 'codes' | 'recipients' | 'inbound' | 'authTokenOf' | 'clock'>,
  settings: Spoken,
) => ({
  receiveTwilioVoiceInbound: createVoiceInbound({
    ...ports,
    ...settings,
    ...answering(ports),
    wording: (language) => wordingFor(language, settings.overrides),
  }),
});
