import type { Priority } from '../page/page.ts';

/** What operations has to know of (docs/spec/delivery.md#exhausted-attempts). */
export interface OperationsAlert {
  kind: 'FAILED' | 'EXHAUSTED' | 'PERMANENT' | 'NO_USABLE_CHANNEL' | 'NOT_PASSED_ON' | 'CONTACT_BROKEN';
  /** What alerts are grouped by: a code of ours or a provider's. */
  cause: string;
  pageId?: string;
  incidentId: string;
  recipientId: string;
  priority: Priority;
  service: string;
}
