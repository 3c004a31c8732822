import { expect, test } from 'vitest';
import { createAfterDirectMessage } from '../../../lambdas/delivery/after-direct-message.ts';
import { somePage } from '../../support/pages.ts';

const CONTENT = { text: 'Alice has it', blocks: [] };
const SENT = {
  legs: [
    {
      leg: 1,
      provider: 'slack',
      at: 1,
      result: { outcome: 'accepted', providerId: 'D1/1.1', providerStatus: 'posted' },
    },
  ],
  conclusion: { next: 'sent' },
} as const;

function after(acknowledged: boolean) {
  const page = somePage(acknowledged ? { acknowledged: { at: 1, by: 'Alice', via: 'sms' } } : {});
  const done: string[] = [];
  const concluded = createAfterDirectMessage({
    slack: {
      async update(id) {
        done.push(`update ${id}`);
        return { outcome: 'accepted', providerId: id, providerStatus: 'updated' };
      },
    },
    answered: async () => CONTENT,
    postToTeam: async () => void done.push('post'),
  });
  const [delivery] = Object.values(page.deliveries);
  return { done, run: () => concluded({ ...SENT, page, delivery: delivery as never }) };
}

test('a direct message that was accepted after the answer does not keep its buttons', async () => {
  const { done, run } = after(true);
  await run();
  expect(done).toEqual(['update D1/1.1']);
});

test('one of an open page is followed by the post in the team’s channel', async () => {
  const { done, run } = after(false);
  await run();
  expect(done).toEqual(['post']);
});
