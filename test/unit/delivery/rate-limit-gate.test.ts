import { describe, expect, test } from 'vitest';
import type { DeliveryMessage } from '../../../lambdas/core/page/ports.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { createRateLimitGate } from '../../../lambdas/delivery/rate-limit-gate.ts';

const HOUR = 3_600_000;

describe('a copy that finds no place under the limit of its sender', () => {
  const MESSAGE: DeliveryMessage = { pageId: 'pg_aaaaaaaaaaaaaaaa', round: 1, channel: 'sms', claim: 1 };

  /** Takes the copy round until it goes out; how long that took, and how often it went round. */
  async function roundAndRound(start: DeliveryMessage) {
    const copies: { message: DeliveryMessage; delayMs: number }[] = [];
    const queue = {
      send: async (message: DeliveryMessage, _: string, delayMs = 0) => void copies.push({ message, delayMs }),
    };
    const pace = createRateLimitGate({ limits: { reserve: async () => undefined }, queue, rules: rules() }, 'sms', [
      'twilio',
    ]);
    let out = await pace(start, false);
    for (let last = copies.at(-1); !out && last && copies.length < 1_000; last = copies.at(-1)) {
      out = await pace(last.message, false);
    }
    return { out, turns: copies.length, waited: copies.reduce((sum, { delayMs }) => sum + delayMs, 0) };
  }

  test('looks again for a day and then goes out, so that no page goes round for ever', async () => {
    const { out, waited } = await roundAndRound(MESSAGE);
    expect(waited).toBe(24 * HOUR);
    expect(out).toEqual({ ...MESSAGE, paced: true });
  });

  test('counts on from the turns it has had', async () => {
    const { turns } = await roundAndRound({ ...MESSAGE, waits: 90 });
    expect(turns).toBe(6);
  });

  test('begins anew with the next claim of its delivery', async () => {
    const { out } = await roundAndRound({ ...MESSAGE, waits: 96 });
    expect(out).not.toHaveProperty('waits');
  });
});
