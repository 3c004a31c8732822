import { createContactSweep } from '../upkeep/contact-sweep.ts';
import { contactNotifier } from './contact-notifier.ts';
import { type ContactPorts, notingContacts } from './contacts.ts';
import { type DispatchPorts, type DispatchSettings, dispatching } from './dispatching.ts';
import type { Settings } from './ports.ts';

export type PushEndpointPort = Pick<Parameters<typeof createContactSweep>[0], 'endpoints'>;

/** Keeps Teams workflows alive, tries push endpoints that were disabled, and sends lost notices of broken contacts again. */
export const contactSweep = (
  ports: DispatchPorts & Omit<ContactPorts, 'optOuts'> & PushEndpointPort,
  settings: DispatchSettings & Pick<Settings, 'overrides'>,
): (() => Promise<void>) =>
  createContactSweep({
    ...ports,
    ...settings,
    dispatch: dispatching(ports, settings),
    noteContacts: notingContacts(ports),
    news: contactNotifier({ ...ports, alerts: ports.alertQueue }),
  });
