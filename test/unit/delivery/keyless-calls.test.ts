import { expect, test } from 'vitest';
import { rules } from '../../../lambdas/core/rules.ts';
import { createMessages } from '../../../lambdas/delivery/messages.ts';
import { createTwilioVoice } from '../../../lambdas/providers/voice/twilio-voice.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';

const messages = createMessages({
  clock: { now: () => T0 },
  whole: async () => undefined,
  links: { link: async () => 'https://x.example/a', token: async () => 'a' },
  overrides: {},
  rules: rules(),
});
const speechOf = async (menu: string | undefined) => {
  const provider = createTwilioVoice({
    credentials: async () => ({ accountSid: 'AC', authToken: 'x', phoneNumber: '+14155550000' }),
    callbackUrl: () => menu,
    menuUrl: () => menu,
    timeoutMs: 1,
  });
  return (await messages.voice(provider, { page: somePage(), delivery: someDelivery(), now: T0 } as never)).speech;
};

test('a call asks for keys only where somebody hears them', async () => {
  expect(await speechOf('https://x.example/menu')).toContain('Press 1');
  const oneWay = await speechOf(undefined);
  expect(oneWay).not.toContain('Press');
  expect(oneWay).toContain('High error rate');
});
