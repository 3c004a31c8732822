/** What SendGrid says of a bounce that comes after the delivery moves the mail on to the other provider. */
import { describe, expect, it } from 'vitest';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { applyReceipt } from '../../../lambdas/core/page/receipt.ts';
import { parseSendGridEvents } from '../../../lambdas/providers/email/sendgrid-events.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';

const KEY = '1.email';
const sent = somePage({
  deliveries: {
    [KEY]: someDelivery({
      channel: 'email',
      tier: 'primary',
      to: 'alice@example.com',
      status: 'SENT',
      attempts: 1,
      claims: 1,
      legs: 2,
      provider: 'sendgrid',
      providerId: 'abc',
      providerLeg: 1,
      sentAt: T0,
      events: [{ at: T0, kind: 'claimed', attempt: 1, leg: 1 }],
    }),
  },
});
const id = { sg_message_id: 'abc.recvd-1' };
const receive = (page: Page, event: string, more: object = {}) => {
  const [told] = parseSendGridEvents(JSON.stringify([{ event, ref: 'r', ...more }]));
  if (!told) throw new Error('not read');
  return applyReceipt(page, KEY, { claim: 1, leg: 1 }, told.receipt, T0 + 1);
};
const following = (...events: [string, object?][]) =>
  events.reduce((page, [event, more]) => {
    const decision = receive(page, event, more);
    return decision.decision === 'applied' ? decision.page : page;
  }, sent);
const status = (page: Page) => page.deliveries[KEY]?.state.status;

describe('a bounce after the delivery', () => {
  it('a bounce after the delivery is the mail’s, although SendGrid has forgotten which message it was', () => {
    const delivered = following(['delivered', id]);
    expect(status(delivered)).toBe('DELIVERED');
    const decision = receive(delivered, 'bounce', { type: 'bounce', status: '5.0.0' });
    expect(decision).toMatchObject({ decision: 'applied', copy: 2 });
    expect(decision.decision === 'applied' && status(decision.page)).toBe('QUEUED');
  });

  it('a bounce after the delivery is not undone by the delivery, when that is told later', () => {
    expect(status(following(['bounce', { ...id, type: 'bounce', status: '5.1.1' }], ['delivered', id]))).toBe('FAILED');
  });
});

it('an event of another message changes nothing', () => {
  expect(receive(sent, 'delivered', { sg_message_id: 'other.recvd-1' })).toEqual({ decision: 'unknown' });
});
