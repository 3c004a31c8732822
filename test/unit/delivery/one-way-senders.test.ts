import { describe, expect, it } from 'vitest';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { createBundleMessages } from '../../../lambdas/delivery/bundle-messages.ts';
import { createMessages } from '../../../lambdas/delivery/messages.ts';
import { createTwilioSms } from '../../../lambdas/providers/sms/twilio.ts';
import { SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

const links = { link: async () => 'https://x.example/api/actions/abc', token: async () => 'abc' };

/** @param twoWay calling codes declared two-way beside the sender's own */
function from(phoneNumber: string, to = '+14155550100', twoWay: string[] = []) {
  const delivery = someDelivery({ to });
  const deliveries = { [SMS]: someDelivery({ to, status: 'SENT', provider: 'twilio', sentAt: T0 }) };
  const page = somePage({ code: '7K3', deliveries });
  const shipment = { page, delivery, ref: 'r', now: T0 };
  const twilio = createTwilioSms({
    twoWay,
    credentials: async () => ({ accountSid: `AC${'1'.repeat(32)}`, authToken: 'x', phoneNumber }),
    callbackUrl: () => undefined,
    timeoutMs: 1,
  });
  const parts = { links, overrides: {}, rules: rules() };
  const messages = createMessages({
    ...parts,
    twoWay,
    clock: { now: () => T0 },
    whole: async () => undefined,
    bundleOf: async () => undefined,
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

const SERVICE = `MG${'a'.repeat(32)}`;

describe.each([
  ['+14155550000', '+14155550100', []],
  ['+14155550000', '+16045550100', []],
  ['+14155550000', '+33612345678', ['33']],
  ['12345', '+14155550100', ['1']],
  [SERVICE, '+14155550100', ['1']],
])('a page from %s to %s, whose replies come back', (sender, to, declared) => {
  it('the text asks for the reply, and a call without keys says its code', async () => {
    expect(await from(sender, to, declared).text()).toMatch(/ - Reply ACK 7K3$/);
    expect(await from(sender, to, declared).bundle()).toMatch(/ - Reply ACK ALL$/);
    expect(await from(sender, to, declared).call()).toContain('The reply code is 7 K 3.');
  });
});

describe.each([
  ['+14155550000', '+919820012345', []],
  ['+14155550000', '+33612345678', ['44']],
  ['+447700900001', '+14155550100', []],
  ['12345', '+14155550100', []],
  [SERVICE, '+14155550100', []],
])('a page from %s to %s, where carriers overwrite the sender', (sender, to, declared) => {
  it('the text and the text of many name a link, and a call without keys says no code', async () => {
    for (const body of [await from(sender, to, declared).text(), await from(sender, to, declared).bundle()]) {
      expect(body).toContain('https://x.example/api/actions/abc');
      expect(body).not.toMatch(/Reply/);
    }
    expect(await from(sender, to, declared).call()).not.toContain('code');
  });
});
