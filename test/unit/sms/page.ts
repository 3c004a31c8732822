import type { Incident, Page } from '../../../lambdas/core/page/page.ts';

/** The page of docs/spec/delivery.md#texts, with what a test wants different. */
export const pageWith = (incident: Partial<Incident> = {}, page: Partial<Page> = {}): Page => ({
  id: 'pg_aaaaaaaaaaaaaaaa',
  incident: { id: 'INC-1042', title: 'High error rate', priority: 'CRITICAL', service: 'payments-api', ...incident },
  recipientId: 'usr_alice',
  type: 'new_incident',
  escalationLevel: 0,
  requireAck: true,
  ackScope: 'incident',
  escalateTo: [],
  skipTiers: false,
  clientId: 'client',
  bodyDigest: '',
  createdAt: 0,
  round: 1,
  pendingTiers: [],
  rev: 1,
  deliveries: {},
  ...page,
});
