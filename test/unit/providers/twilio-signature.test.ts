import { describe, expect, it } from 'vitest';
import { type SignedForm, validTwilioSignature } from '../../../lambdas/providers/twilio-signature.ts';

/** Twilio's published example. */
const EXAMPLE: SignedForm = {
  authToken: '12345',
  url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
  form: {
    CallSid: 'CA1234567890ABCDE',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+14158675309',
    To: '+18005551212',
  },
  signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
};
const valid = (changes: Partial<SignedForm>) => validTwilioSignature({ ...EXAMPLE, ...changes });

describe('only Twilio can sign', () => {
  it("its own example is valid, with and without the URL's port", () => {
    expect(valid({})).toBe(true);
    expect(valid({ url: 'https://mycompany.com:443/myapp.php?foo=1&bar=2' })).toBe(true);
  });

  it('any change is refused: field, added field, URL, token, signature', () => {
    expect(valid({ form: { ...EXAMPLE.form, Digits: '1235' } })).toBe(false);
    expect(valid({ form: { ...EXAMPLE.form, Extra: '' } })).toBe(false);
    expect(valid({ url: 'https://mycompany.com/myapp.php?foo=1&bar=3' })).toBe(false);
    expect(valid({ url: 'https://evil.example/myapp.php?foo=1&bar=2' })).toBe(false);
    expect(valid({ authToken: '12346' })).toBe(false);
    expect(valid({ signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B9=' })).toBe(false);
  });

  it('no signature, no token, no URL: refused, and nothing is thrown', () => {
    expect(valid({ signature: undefined })).toBe(false);
    expect(valid({ signature: '' })).toBe(false);
    expect(valid({ url: 'nonsense' })).toBe(false);
    // HMAC with an empty key over this very form: anybody could have computed it.
    expect(valid({ authToken: '', signature: 'aXngMTP07D4c4hkO+r0Kb5Oe528=' })).toBe(false);
  });
});
