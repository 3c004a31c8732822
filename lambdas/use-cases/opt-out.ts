import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import type { OptOutChange, OptOutNotifier, OptOutSource, OptOutStore } from '../core/opt-out/ports.ts';
import { isSamePhone } from '../core/recipient/phone.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import { type Recipient, textedPhone } from '../core/recipient/recipient.ts';
import { changeRecipient } from './change-recipient.ts';

export interface OptOut {
  /**
   * No more texts to this number, by any provider. `code` is what was said: the word texted, or the provider's code.
   * Repeating it costs three reads and writes nothing, unless the one before did not come to its end.
   * @param saidAt when the person said it, epoch ms; where they have said the opposite since, nothing is done: a text
   * that   no webhook brought is found up to two hours later. Default now.
   */
  suppress(phone: string, from: OptOutSource, code: string, saidAt?: number): Promise<void>;
  /** Texts may go to this number again. `saidAt` as above. */
  unsuppress(phone: string, from: OptOutSource, code: string, saidAt?: number): Promise<void>;
  /** Whether no text may go to this number. Brings a suppression to its end that died on the way. */
  isSuppressed(phone: string): Promise<boolean>;
}

interface Deps {
  recipients: RecipientStore;
  optOuts: OptOutStore;
  audit: AuditLog;
  news: OptOutNotifier;
  clock: Clock;
}

/**
 * Opting out is about a number, and shows in every recipient who has it (docs/spec/replies.md#opt-out). The number is
 * marked first: whoever is given it later starts suppressed too, so a crash or a new record cannot lose what the person
 * said. Whom it concerns is told afterwards, and that this has begun is noted before a record is written: when it dies
 * in between, a repetition (the message again, another STOP, another refused text) tells everybody, also whose record
 * it finds changed already. Who has been told by then is not told twice, for the news goes by the record's version.
 */
export function createOptOut({ recipients, optOuts, audit, news, clock }: Deps): OptOut {
  async function set(phone: string, suppressed: boolean, from: OptOutSource, code: string): Promise<void> {
    const is: OptOutChange = suppressed ? 'suppressed' : 'unsuppressed';
    const everybody = await recipients.byPhone(phone);
    const isUnfinished = (await optOuts.untold(phone)) === is;
    if (!isUnfinished && everybody.every((one) => one.smsSuppressed === suppressed)) return;

    await optOuts.begin(phone, is, clock.now());
    for (const one of everybody) {
      const isDone = one.smsSuppressed === suppressed;
      const recipient = isDone && isUnfinished ? one : await change(one.id, phone, suppressed);
      if (recipient) await tell(recipient, is, from, code);
    }
    await optOuts.finish(phone, clock.now());
  }

  async function tell(recipient: Recipient, change: OptOutChange, from: OptOutSource, code: string): Promise<void> {
    const { id, updatedAt: at } = recipient;
    const actor = from === 'person' ? `recipient/${id}` : `provider/${from}`;
    const entry = {
      at,
      resource: `recipient/${id}`,
      action: `recipient.sms_${change}`,
      actor,
      details: { code },
    } as const;
    await audit.record(entry, 'once');
    await news.tell(recipient, change, from);
  }

  /** The recipient as written; undefined when there was nothing to write. */
  async function change(id: string, phone: string, suppressed: boolean): Promise<Recipient | undefined> {
    const changed = await changeRecipient(recipients, id, (stored) => {
      if (!isSamePhone(textedPhone(stored), phone) || stored.smsSuppressed === suppressed) return undefined;
      const version = stored.version + 1;
      return { next: { ...stored, smsSuppressed: suppressed, version, updatedAt: clock.now() } };
    });
    return changed?.written?.next;
  }

  return {
    async suppress(phone, from, code, saidAt = clock.now()) {
      const isLate = saidAt < clock.now();
      if (isLate && ((await optOuts.startedAt(phone)) ?? 0) > saidAt) return;
      const stop = await optOuts.get(phone);
      // The time of the latest STOP is what a START has to be later than.
      const isLater = from === 'person' && stop !== undefined && saidAt > stop.at;
      if (!stop || isLater) await optOuts.add(phone, { at: saidAt, from, code });
      await set(phone, true, from, code);
    },
    async isSuppressed(phone) {
      const stop = await optOuts.get(phone);
      if (stop) await set(phone, true, stop.from, stop.code);
      return stop !== undefined;
    },
    async unsuppress(phone, from, code, saidAt = clock.now()) {
      const stop = await optOuts.get(phone);
      if (stop && stop.at > saidAt) return;
      await optOuts.start(phone, saidAt);
      if (stop) await optOuts.remove(phone);
      await set(phone, false, from, code);
    },
  };
}
