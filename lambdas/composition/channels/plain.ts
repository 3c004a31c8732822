import type { LateReceipts } from '../../core/receipts/ports.ts';

const NO_LATE_RECEIPTS: LateReceipts = { sent: async () => undefined, received: async () => undefined };

/** What most channels do beside their deliveries: nothing. */
export const NOTHING_BESIDE = {
  lateReceipts: NO_LATE_RECEIPTS,
  reconcile: async () => undefined,
  spend: async () => undefined,
  afterwards: async () => undefined,
  beside: async () => false,
};
