import type { OptOutMessage } from '../core/alerts/ports.ts';
import { say, type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import { channelAvailability } from '../core/escalation/plan.ts';
import { madeIncidentId } from '../core/page/ids.ts';
import type { Channel } from '../core/page/page.ts';
import { SYSTEM_CLIENT } from '../core/page/system-page.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { createDispatch } from '../use-cases/dispatch.ts';

interface Deps {
  recipients: Pick<RecipientStore, 'get'>;
  dispatch: ReturnType<typeof createDispatch>;
  available: ReadonlySet<Channel>;
  overrides: WordingOverrides;
}

/** It is about texts, and no reason to ring. */
const QUIET: readonly Channel[] = ['push', 'email', 'slack', 'teams'];

/**
 * Tells a person on their other channels that texts to their phone have stopped, or go on
 * (docs/spec/replies.md#opt-out): they may not know that a word they sent has done it, or that somebody else had their
 * phone. The notice that they go on resolves the notice that they had stopped. Once for each change, however often this
 * runs.
 */
export function createTellOptedOut({ recipients, dispatch, available, overrides }: Deps) {
  return async ({ kind, recipientId, version }: OptOutMessage): Promise<void> => {
    const recipient = await recipients.get(recipientId);
    const stopped = kind === 'OPT_OUT';
    // The recipient is gone or has changed once more since: nothing is left to tell.
    if (!recipient || recipient.smsSuppressed !== stopped) return;
    const type = stopped ? 'new_incident' : 'resolution';
    const wanted = { priority: 'LOW', type } as const;
    const channels = QUIET.filter((channel) => 'to' in channelAvailability(channel, recipient, available, wanted));
    if (channels.length === 0) return;
    const title = say(wordingFor(recipient.language, overrides), stopped ? 'smsStopped' : 'smsGoesOn');
    const id = madeIncidentId('lifeline-texts-', recipientId);
    await dispatch(
      {
        incident: { id, title, priority: 'LOW', service: 'lifeline' },
        recipientId,
        type,
        escalationLevel: 0,
        channels,
        skipTiers: false,
        requireAck: false,
        ackScope: 'incident',
        escalateTo: [],
      },
      { clientId: SYSTEM_CLIENT, by: 'Lifeline', idempotencyKey: `texts:${recipientId}:${version}` },
    );
  };
}
