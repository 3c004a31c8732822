import { expect, test } from 'vitest';
import { rules } from '../../../lambdas/core/rules.ts';
import { createMessages } from '../../../lambdas/delivery/messages.ts';
import { createTwilioVoice } from '../../../lambdas/providers/voice/twilio-voice.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';

const messages = createMessages({
  clock: { now: () => T0 },
  whole: async () => undefined,
  bundleOf: async () => undefined,
  links: { link: async () => 'https://x.example/a', token: async () => 'a' },
  overrides: {},
  twoWay: [],
  rules: rules(),
  ourNumber: async () => '+14155550000',
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

const awsVoice = { name: 'aws-voice', receipts: 'none' } as never;
const spokenBy = async (page: object) =>
  (await messages.voice(awsVoice, { page, delivery: someDelivery(), now: T0 } as never)).speech;

test('a call without keys names what the person has in hands, and our number where that is nothing', async () => {
  const alone = await spokenBy(somePage({ code: '7K3', deliveries: {} }));
  expect(alone).toContain('use a text or a call to 1 4 1 5 5 5 5 0 0 0 0. The reply code is 7 K 3.');
  const mailed = { '1.email': someDelivery({ channel: 'email', status: 'SENT', sentAt: T0 }) } as never;
  expect(await spokenBy(somePage({ code: '7K3', deliveries: mailed }))).toContain('use the e-mail.');
});

test('a call without keys keeps within 300 characters with the longest title', async () => {
  const incident = { ...somePage().incident, title: 'word '.repeat(40).trim(), service: 's'.repeat(64) };
  const speech = await spokenBy(somePage({ incident, code: '7K3H', deliveries: {} }));
  expect(speech.length).toBeLessThanOrEqual(300);
  expect(speech).toContain('1 4 1 5 5 5 5 0 0 0 0. The reply code is 7 K 3 H.');
});
