import { describe, expect, it } from 'vitest';
import { maskAnyPhones, maskPhone } from '../../../lambdas/core/recipient/mask.ts';

describe('a masked number cannot be dialled', () => {
  it.each([
    ['+14155550100', '+1415•••0100'],
    ['+49301234567', '+4930•••4567'],
    ['+3811234', '+38•••34'],
    ['112', '•••'],
  ])('%s is shown as %s', (phone, masked) => expect(maskPhone(phone)).toBe(masked));

  it('wherever it stands in an error text', () => {
    const text = "The 'To' number +14155550100 (1-415-555-0100, 4155550100) is not valid; To=%2B14155550100";
    const masked = maskAnyPhones(text);
    expect(masked).toContain("'To' number +1415•••0100 (");
    expect(masked.replace(/\D/g, '')).not.toContain('5550100');
  });

  it('masking leaves codes, ids and links readable', () => {
    const text =
      'see https://www.twilio.com/docs/errors/21211, SM00000000000000000000000000000001, 21211, #INC-10421042';
    expect(maskAnyPhones(text)).toBe(text);
  });
});
