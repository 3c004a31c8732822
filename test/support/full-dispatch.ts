/** The dispatch of docs/spec/api.md#dispatch, with every field. */
export const FULL_DISPATCH = {
  incident: {
    id: 'INC-1042',
    title: 'High error rate',
    description: '5xx at 12 %',
    priority: 'CRITICAL',
    service: 'payments-api',
    team: { id: 't1', name: 'Payments', slackChannel: 'C0123' },
    alertCount: 3,
    triggeredAt: '2026-11-22T10:00:00Z',
    url: 'https://example.com/i/1042',
  },
  recipientId: 'usr_alice',
  type: 'new_incident',
  escalationLevel: 1,
  channels: ['sms'],
  skipTiers: false,
  requireAck: true,
  ackScope: 'incident',
  escalateTo: ['usr_bob'],
};
