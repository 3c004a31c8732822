import { describe, expect, it } from 'vitest';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { createBundleMessages } from '../../../lambdas/delivery/bundle-messages.ts';
import { createMessages } from '../../../lambdas/delivery/messages.ts';
import { createTwilioSms } from '../../../lambdas/providers/sms/twilio.ts';
import { SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

const links = { link: async () => 'https://x.example/api/actions/abc', token: async () => 'abc' };
const texted = { [SMS]: someDelivery({ status: 'SENT', provider: 'twilio', sentAt: T0 }) };
const page = somePage({ code: '7K3', deliveries: texted });
const shipment = { page, delivery: someDelivery(), ref: 'r', now: T0 };

function from(phoneNumber: string) {
  const twilio = createTwilioSms({
    credentials: async () => ({ accountSid: `AC${'1'.repeat(32)}`, authToken: 'x', phoneNumber }),
    callbackUrl: () => undefined,
    timeoutMs: 1,
  });
  const parts = { links, overrides: {}, rules: rules() };
  const messages = createMessages({
    ...parts,
    clock: { now: () => T0 },
    whole: async () => undefined,
    ourNumber: async () => phoneNumber,
  });
  const bundle = { recipientId: 'usr_alice', pages: [page, somePage({ id: 'pg_bbbbbbbbbbbbbbbb' })] };
  const awsVoice = { name: 'aws-voice', receipts: 'none' } as never;
  return {
    text: async () => (await messages.sms(twilio, shipment)).body,
    bundle: async () => (await createBundleMessages(parts).sms(twilio, shipment, bundle)).body,
    call: async () => (await messages.voice(awsVoice, shipment)).speech,
  };
}

describe.each(['Lifeline', 'ACME Ops', 'MGNews'])('a page from the alphanumeric sender %s', (sender) => {
  it('the text has a link, and asks for no reply that nobody would get', async () => {
    for (const body of [await from(sender).text(), await from(sender).bundle()]) {
      expect(body).toContain('https://x.example/api/actions/abc');
      expect(body).not.toMatch(/Reply/);
    }
  });

  it('a call that takes no keys names the text and no code', async () => {
    const speech = await from(sender).call();
    expect(speech).toContain(wordingFor('en').placeSms);
    expect(speech).not.toContain('code');
  });
});

describe.each(['+14155550000', '12345', `MG${'a'.repeat(32)}`])(
  'a page from the sender %s, which receives',
  (sender) => {
    it('the text asks for the reply, and a call without keys says its code', async () => {
      expect(await from(sender).text()).toMatch(/ - Reply ACK 7K3$/);
      expect(await from(sender).bundle()).toMatch(/ - Reply ACK ALL$/);
      expect(await from(sender).call()).toContain('The reply code is 7 K 3.');
    });
  },
);
