import { ambiguousLegs, isAmbiguous } from '../core/page/attempt.ts';
import { parseCallbackRef } from '../core/page/callback-ref.ts';
import type { Provider } from '../core/page/page.ts';
import type { ChannelProvider, SendResult } from '../core/providers/ports.ts';
import type { LateReceipts, ReceiptChecks } from '../core/receipts/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import type { ReceiveReceipt } from '../use-cases/receive-receipt.ts';
import type { Channel, Shipment } from './channel.ts';

interface Deps<Request, P extends ChannelProvider<Request>> {
  /** In the order they are tried. */
  providers: readonly P[];
  /** The message as this provider gets it: what one can carry and another cannot differs. */
  compose(provider: P, shipment: Shipment): Promise<Omit<Request, 'to' | 'ref'>>;
  /** For providers with late receipts. */
  lateReceipts: LateReceipts;
  receiptChecks: ReceiptChecks;
  receiveReceipt: ReceiveReceipt;
  /** Whether a send whose answer was missed is known to have got through all the same (ADR 11); else others are tried. */
  reconcile(shipment: Shipment): Promise<SendResult | undefined>;
  /** Uses up what this content takes of the sender's limit beyond the one place that every message has. Never throws. */
  spend(provider: Provider, content: Omit<Request, 'to' | 'ref'>, urgent: boolean): Promise<void>;
  /** What the channel does beside, once the outcome is written; failing, it takes nothing back. */
  afterwards: Channel['concluded'];
  /** Takes copies that are for none of its deliveries. */
  beside: Channel['beside'];
  rules: Rules;
  logger: Pick<Log, 'warn'>;
  count: Count;
}

/** A channel over its providers: what it sends is composed for each, and its receipts are awaited as each gives them. */
export function createChannel<Request, P extends ChannelProvider<Request>>(deps: Deps<Request, P>): Channel {
  const { providers, lateReceipts, receiptChecks, receiveReceipt, rules, logger, count } = deps;
  return {
    providers: providers.map((provider) => ({
      name: provider.name,
      async send(shipment) {
        const content = await deps.compose(provider, shipment);
        await deps.spend(provider.name, content, shipment.page.incident.priority === 'CRITICAL');
        const result = await provider.send({ ...content, to: shipment.delivery.to, ref: shipment.ref } as Request);
        const isUnclear = provider.receipts === 'callback' && isAmbiguous(result);
        return (isUnclear && (await deps.reconcile(shipment))) || result;
      },
    })),

    beside: deps.beside,

    async accepted({ provider: name, providerId, ref }) {
      const provider = providers.find((one) => one.name === name);
      if (provider?.receipts === 'callback') {
        await receiptChecks.schedule({ ref, provider: name, providerId, step: 'ask' }, rules.receiptAsk);
      } else if (provider?.receipts === 'late') {
        // Its log may have been faster; then this is the one who knows both halves.
        const [receipt, parsed] = [await lateReceipts.sent(providerId, ref), parseCallbackRef(ref)];
        if (receipt && parsed) await receiveReceipt(parsed, receipt);
      }
    },

    async concluded(outcome) {
      const { page, delivery, legs, conclusion } = outcome;
      if (conclusion.next !== 'sent') {
        const { next, error } = conclusion;
        const { channel, attempts: attempt } = delivery;
        logger.warn('attempt failed', { pageId: page.id, channel, attempt, next, code: error.code });
      }
      for (const _ of ambiguousLegs(legs)) count(METRICS.possibleDuplicate);
      if (conclusion.next === 'deferred') count(METRICS.deferred);
      if (conclusion.next === 'dead_lettered' && conclusion.error.code === 'channel_down') count(METRICS.channelDown);
      await deps.afterwards(outcome);
    },
  };
}
