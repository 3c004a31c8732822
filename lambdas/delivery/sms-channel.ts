import { parseCallbackRef } from '../core/callback-ref.ts';
import { ambiguousLegs } from '../core/outcome.ts';
import type { Page } from '../core/page/page.ts';
import type { LateReceipts, ReceiptChecks, SmsProvider } from '../core/ports.ts';
import type { Rules } from '../core/rules.ts';
import { smsText } from '../core/sms/texts.ts';
import type { OptOut } from '../operations/opt-out.ts';
import type { ReceiveReceipt } from '../operations/receive-receipt.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import type { Channel, Shipment } from './channel.ts';

interface Deps {
  /** In the order they are tried. */
  providers: readonly SmsProvider[];
  lateReceipts: LateReceipts;
  receiptChecks: ReceiptChecks;
  receiveReceipt: ReceiveReceipt;
  /** Where the person can acknowledge without replying. */
  actionLink: (page: Page) => Promise<string | undefined>;
  optOut: Pick<OptOut, 'suppress'>;
  rules: Rules;
  logger: Pick<Log, 'warn'>;
  count: Count;
}

/** Texts: a way back that works on the leg that carries them, receipts by callback or by log, opt-outs. */
export function createSmsChannel(deps: Deps): Channel {
  const { providers, lateReceipts, receiptChecks, receiveReceipt, rules, logger, count } = deps;

  const textFor = async (provider: SmsProvider, { page, delivery, now }: Shipment): Promise<string> => {
    const late = now - delivery.queuedAt > rules.lateAfter ? { late: delivery.queuedAt } : {};
    if (provider.twoWay) return smsText(page, { ...late, ...(page.code !== undefined && { replyCode: page.code }) });
    const link = await deps.actionLink(page);
    return smsText(page, { ...late, ...(link !== undefined && { link }) });
  };

  return {
    hops: providers.map((provider) => ({
      name: provider.name,
      async send(shipment) {
        const body = await textFor(provider, shipment);
        return provider.send({ to: shipment.delivery.to, body, ref: shipment.ref });
      },
    })),

    async accepted({ provider: name, providerId, ref }) {
      const provider = providers.find((one) => one.name === name);
      if (provider?.receipts === 'callback') {
        await receiptChecks.schedule({ ref, provider: name, providerId, step: 'ask' }, rules.receiptAsk);
        return;
      }
      // Its log may have been faster; then this is the one who knows both halves.
      const [receipt, parsed] = [await lateReceipts.sent(providerId, ref), parseCallbackRef(ref)];
      if (receipt && parsed) await receiveReceipt(parsed, receipt);
    },

    async concluded({ page, delivery, legs, conclusion }) {
      if (conclusion.next !== 'sent') {
        const { next, error } = conclusion;
        logger.warn('attempt failed', { pageId: page.id, attempt: delivery.attempts, next, code: error.code });
      }
      for (const _ of ambiguousLegs(legs)) count(METRICS.possibleDuplicate);
      if (conclusion.next === 'deferred') count(METRICS.deferred);
      if (conclusion.next === 'dead_lettered' && conclusion.error.code === 'channel_down') count(METRICS.channelDown);
      const refusedBy = legs.at(-1)?.provider;
      if (conclusion.next === 'failed' && conclusion.error.class === 'opted_out' && refusedBy) {
        await deps.optOut.suppress(delivery.to, refusedBy, conclusion.error.code);
      }
    },
  };
}
