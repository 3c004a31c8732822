import type { AuditLog, Clock, OptOutNews, OptOutSource, OptOutStore, RecipientStore } from '../core/ports.ts';
import { type Recipient, textedPhone } from '../core/recipient.ts';

/** Losing this often means that something writes the recipient without end. */
const MOST_TRIES = 12;

export interface OptOut {
  /**
   * No more texts to this number, by any provider. `code` is what was said: the word texted, or the provider's code.
   * Repeating it costs two reads and writes nothing.
   */
  suppress(phone: string, from: OptOutSource, code: string): Promise<void>;
  /** Texts may go to this number again. */
  unsuppress(phone: string, from: OptOutSource, code: string): Promise<void>;
}

interface Deps {
  recipients: RecipientStore;
  optOuts: OptOutStore;
  audit: AuditLog;
  news: OptOutNews;
  clock: Clock;
}

/**
 * Opting out is about a number, and shows in every recipient who has it (contract §2, "Opt-out"). The number is marked
 * first: whoever is given it later starts suppressed too, so a crash or a new record cannot lose what the person said.
 */
export function createOptOut({ recipients, optOuts, audit, news, clock }: Deps): OptOut {
  async function set(phone: string, suppressed: boolean, from: OptOutSource, code: string): Promise<void> {
    for (const { id } of (await recipients.byPhone(phone)).filter((one) => one.smsSuppressed !== suppressed)) {
      const changed = await change(id, phone, suppressed);
      if (!changed) continue;
      await audit.record({
        at: changed.updatedAt,
        resource: `recipient/${id}`,
        action: suppressed ? 'recipient.sms_suppressed' : 'recipient.sms_unsuppressed',
        actor: from === 'person' ? `recipient/${id}` : `provider/${from}`,
        details: { code },
      });
      await news.tell(changed, suppressed ? 'suppressed' : 'unsuppressed', from);
    }
  }

  /** The recipient as written; undefined when there was nothing to write. */
  async function change(id: string, phone: string, suppressed: boolean): Promise<Recipient | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const stored = await recipients.get(id);
      if (!stored || textedPhone(stored) !== phone || stored.smsSuppressed === suppressed) return undefined;
      const next = { ...stored, smsSuppressed: suppressed, version: stored.version + 1, updatedAt: clock.now() };
      if ((await recipients.put(next, stored.version)) === 'saved') return next;
    }
    throw new Error(`recipient ${id} changed ${MOST_TRIES} times while it was being changed`);
  }

  return {
    async suppress(phone, from, code) {
      if (!(await optOuts.has(phone))) await optOuts.add(phone, clock.now(), from);
      await set(phone, true, from, code);
    },
    async unsuppress(phone, from, code) {
      if (await optOuts.has(phone)) await optOuts.remove(phone);
      await set(phone, false, from, code);
    },
  };
}
