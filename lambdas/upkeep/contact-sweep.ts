import pMap from 'p-map';
import type { Clock } from '../core/clock.ts';
import { brokenContacts, changeMark } from '../core/contacts/broken.ts';
import type { CurrentMark } from '../core/contacts/mark.ts';
import { flowPeriod, isFlowDue, isTryDue } from '../core/contacts/upkeep.ts';
import { say, type WordingOverrides, wordingFor } from '../core/content/wording.ts';
import { channelAvailability } from '../core/escalation/plan.ts';
import { madeIncidentId } from '../core/page/ids.ts';
import type { Channel } from '../core/page/page.ts';
import { SYSTEM_CLIENT } from '../core/page/system-page.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import type { Rules } from '../core/rules.ts';
import type { PushEndpoints } from '../providers/push/sns-endpoint.ts';
import type { Log } from '../runtime/logger.ts';
import { changeRecipient } from '../use-cases/change-recipient.ts';
import type { createDispatch } from '../use-cases/dispatch.ts';
import type { ContactNotifier, NoteContacts } from '../use-cases/note-contacts.ts';

interface Deps {
  recipients: Pick<RecipientStore, 'get' | 'list' | 'put'>;
  dispatch: ReturnType<typeof createDispatch>;
  endpoints: PushEndpoints;
  noteContacts: NoteContacts;
  news: ContactNotifier;
  available: ReadonlySet<Channel>;
  overrides: WordingOverrides;
  rules: Rules;
  clock: Clock;
  logger: Pick<Log, 'error'>;
}

/** Records in one answer of the table, over all its partitions of recipients. */
const LISTED = 500;
/** People who are looked after at the same time. */
const CONCURRENCY = 5;
/** A run stops listing after this long, ms: the function has 15 s, and the people it has listed are still looked after. */
const LONGEST_LISTING = 8_000;
/** The notice of a mark this old, ms, was lost: its function died before it sent one. */
const NEWS_LOST = 600_000;

/**
 * Looks after contact points without a page (ADR 24): sends the quiet test card that keeps a Teams workflow alive and
 * proves it, tries push endpoints that are disabled, and sends news of broken contacts again that got lost. What fails for
 * one person does not keep the others from being looked after.
 * @throws after the rest has been done, when something failed for somebody or the list was cut
 */
export function createContactSweep(deps: Deps): () => Promise<void> {
  const { recipients, dispatch, endpoints, noteContacts, news, available, overrides, rules, clock, logger } = deps;

  return async () => {
    const { found, isCut } = await listAll();
    const now = clock.now();
    const due = found.filter((one) => isFlowDue(one.id, now, rules) || brokenContacts(one).length > 0);
    const results = await pMap(due, (recipient) => lookAfter(recipient, now), { concurrency: CONCURRENCY });
    const failed = results.filter((isDone) => !isDone).length;
    if (failed > 0) throw new Error(`the contact points of ${failed} recipients could not be looked after`);
    if (isCut) throw new Error('there are more recipients than a run can list');
  };

  async function listAll(): Promise<{ found: Recipient[]; isCut: boolean }> {
    const until = clock.now() + LONGEST_LISTING;
    const found: Recipient[] = [];
    for (;;) {
      const some = await recipients.list(LISTED, found.at(-1)?.id);
      found.push(...some);
      if (some.length < LISTED) return { found, isCut: false };
      if (clock.now() > until) return { found, isCut: true };
    }
  }

  async function lookAfter(recipient: Recipient, now: number): Promise<boolean> {
    const marks = brokenContacts(recipient);
    const jobs = [
      ...(isFlowDue(recipient.id, now, rules) ? [testFlow(recipient, now)] : []),
      ...marks.filter(({ channel }) => channel === 'push').map((mark) => reevaluate(recipient.id, mark, now)),
      ...marks
        .filter(({ told, since }) => !told && now - since > NEWS_LOST)
        .map((mark) => news.tell(recipient.id, mark)),
    ];
    const results = await Promise.allSettled(jobs);
    const errors = results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    for (const error of errors) {
      logger.error('a contact point could not be looked after', { recipientId: recipient.id, error });
    }
    return errors.length === 0;
  }

  /** A page like any other, so that a workflow that refuses it is marked, and one that takes it is mended. */
  async function testFlow(recipient: Recipient, now: number): Promise<void> {
    const about = { priority: 'LOW', type: 'new_incident' } as const;
    if (!('to' in channelAvailability('teams', recipient, available, about))) return;
    const period = flowPeriod(now, rules);
    const title = say(wordingFor(recipient.language, overrides), 'flowTest');
    await dispatch(
      {
        incident: {
          id: madeIncidentId('test-teams-', recipient.id, `-${period}`),
          title,
          priority: 'LOW',
          service: 'lifeline',
        },
        recipientId: recipient.id,
        type: 'new_incident',
        escalationLevel: 0,
        channels: ['teams'],
        skipTiers: false,
        requireAck: false,
        ackScope: 'recipient',
        escalateTo: [],
      },
      { clientId: SYSTEM_CLIENT, by: 'Lifeline', test: true, idempotencyKey: `flow:${recipient.id}:${period}` },
    );
  }

  /** An endpoint that is enabled has been mended by its app, or has outlived our try of a week ago. */
  async function reevaluate(recipientId: string, mark: CurrentMark, now: number): Promise<void> {
    const state = await endpoints.look(mark.address);
    if (state === 'enabled') return noteContacts(recipientId, 'push', { works: [mark.address], broken: [] });
    if (state === 'gone' || !isTryDue(mark, now, rules)) return;
    // The try is noted first: an acceptance right after it says nothing about the endpoint.
    const noted = await changeRecipient(recipients, recipientId, (one) => changeMark(one, mark, { triedAt: now }, now));
    if (noted?.written) await endpoints.tryAgain(mark.address);
  }
}
