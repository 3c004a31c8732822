import type { BrokenContactMessage } from '../core/alerts/ports.ts';
import type { Clock } from '../core/clock.ts';
import { brokenContacts, changeMark } from '../core/contacts/broken.ts';
import { type Phrase, say, type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import { channelAvailability } from '../core/escalation/plan.ts';
import { madeIncidentId } from '../core/page/ids.ts';
import type { Channel } from '../core/page/page.ts';
import { SYSTEM_CLIENT } from '../core/page/system-page.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import { changeRecipient } from '../use-cases/change-recipient.ts';
import type { createDispatch } from '../use-cases/dispatch.ts';
import type { createGroup } from './group.ts';

interface Deps {
  recipients: Pick<RecipientStore, 'get' | 'put'>;
  dispatch: ReturnType<typeof createDispatch>;
  available: ReadonlySet<Channel>;
  overrides: WordingOverrides;
  group: Pick<ReturnType<typeof createGroup>, 'alert'>;
  clock: Clock;
}

const SENTENCES = {
  email: 'contactBrokenEmail',
  slack: 'contactBrokenSlack',
  teams: 'contactBrokenTeams',
  push: 'contactBrokenPush',
} as const satisfies Partial<Record<Channel, Phrase>>;

const hasSentence = (channel: Channel): channel is keyof typeof SENTENCES => channel in SENTENCES;

/** In the order in which they are taken: together where there are any of the quiet ones, else by text. */
const QUIET: readonly Channel[] = ['push', 'email', 'slack', 'teams'];

/**
 * Tells a person on their other channels, and operations, that one of their contact points is dead, and notes in the
 * record that this has been told. Repeating it tells nobody twice: the page to the person has a key, operations hear of
 * one subject once in a window, and a mark that has been told is passed over.
 */
export function createTellBrokenContact(deps: Deps) {
  const { recipients, dispatch, available, overrides, group, clock } = deps;

  return async (message: BrokenContactMessage, again: boolean): Promise<void> => {
    const { recipientId, channel, about, since } = message;
    const recipient = await recipients.get(recipientId);
    const mark = recipient && brokenContacts(recipient).find((one) => one.about === about && one.since === since);
    // The contact point was mended, corrected or told of since: nothing is left to tell.
    if (!mark || mark.told) return;
    const incidentId = madeIncidentId(`lifeline-${channel}-`, recipientId);
    await tellPerson(recipient, message, incidentId);
    const cause = `${channel} ${mark.code}`;
    const alert = { kind: 'CONTACT_BROKEN', cause, incidentId, recipientId } as const;
    await group.alert({ ...alert, priority: 'LOW', service: 'lifeline' }, again);
    await changeRecipient(recipients, recipientId, (stored) =>
      changeMark(stored, message, { told: true }, clock.now()),
    );
  };

  async function tellPerson(recipient: Recipient, message: BrokenContactMessage, incidentId: string): Promise<void> {
    const { recipientId, channel, about, since } = message;
    if (!hasSentence(channel)) return;
    const wanted = { priority: 'LOW', type: 'new_incident' } as const;
    const broken = new Set(brokenContacts(recipient).map((one) => one.channel));
    const reaches = (one: Channel) =>
      !broken.has(one) && 'to' in channelAvailability(one, recipient, available, wanted);
    const quiet = QUIET.filter(reaches);
    const channels = quiet.length > 0 ? quiet : (['sms'] as const).filter(reaches);
    if (channels.length === 0) return;
    const title = say(wordingFor(recipient.language, overrides), SENTENCES[channel]);
    await dispatch(
      {
        incident: { id: incidentId, title, priority: 'LOW', service: 'lifeline' },
        recipientId,
        type: 'new_incident',
        escalationLevel: 0,
        channels: [...channels],
        skipTiers: false,
        requireAck: false,
        ackScope: 'incident',
        escalateTo: [],
      },
      { clientId: SYSTEM_CLIENT, by: 'Lifeline', idempotencyKey: `contact:${recipientId}:${about}:${since}` },
    );
  }
}
