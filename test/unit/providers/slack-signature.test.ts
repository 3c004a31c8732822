import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type SignedRequest, validSlackSignature } from '../../../lambdas/providers/slack/slack-signature.ts';

/** The example of https://docs.slack.dev/authentication/verifying-requests-from-slack. */
const EXAMPLE: SignedRequest = {
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  now: 1_531_420_618_000,
};
const valid = (change: Partial<SignedRequest> = {}) => validSlackSignature({ ...EXAMPLE, ...change });

describe("Slack's signature", () => {
  it("Slack's signature is what its documentation says it is", () => {
    expect(valid()).toBe(true);
  });

  it("Slack's signature is good for five minutes either way and not a second longer", () => {
    for (const seconds of [-300, -299, 0, 299, 300]) expect(valid({ now: EXAMPLE.now + seconds * 1_000 })).toBe(true);
    for (const seconds of [-301, 301, 86_400]) expect(valid({ now: EXAMPLE.now + seconds * 1_000 })).toBe(false);
  });

  it('covers the time stamp and every byte of the body', () => {
    expect(valid({ timestamp: '1531420619' })).toBe(false);
    expect(valid({ body: `${EXAMPLE.body} ` })).toBe(false);
    expect(valid({ signingSecret: `${EXAMPLE.signingSecret}x` })).toBe(false);
  });

  it("Slack's signature is the same for the text of a body, its bytes and its base64", () => {
    const text = 'text=ümlaut+☃&user=U1';
    const mac = createHmac('sha256', 'secret').update(`v0:1531420618:${text}`).digest('hex');
    const bytes = Buffer.from(text);
    for (const body of [text, bytes, new Uint8Array(bytes), { base64: bytes.toString('base64') }]) {
      expect(valid({ body, signingSecret: 'secret', signature: `v0=${mac}` })).toBe(true);
    }
  });

  it.each([
    ['no signature', { signature: undefined }],
    ['an empty one', { signature: '' }],
    ['another version', { signature: EXAMPLE.signature?.replace('v0', 'v1') }],
    ['half of it', { signature: EXAMPLE.signature?.slice(0, 40) }],
    ['something that is no hex', { signature: `v0=${'z'.repeat(64)}` }],
    ['no time', { timestamp: undefined }],
    ['a time that is no number', { timestamp: '1531420618.5' }],
    ['no secret, though anybody can sign with that', { signingSecret: '' }],
  ])('is refused: %s', (_, change) => {
    expect(valid(change as Partial<SignedRequest>)).toBe(false);
  });

  it('made with the empty key is refused', () => {
    const mac = createHmac('sha256', '').update(`v0:${EXAMPLE.timestamp}:${EXAMPLE.body}`).digest('hex');
    expect(valid({ signingSecret: '', signature: `v0=${mac}` })).toBe(false);
  });
});
