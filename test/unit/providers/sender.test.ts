import { expect, it } from 'vitest';
import { maskAddresses } from '../../../lambdas/providers/email/sender.ts';

it.each([
  ['mailbox alice@example.com is full', 'mailbox ••• is full'],
  ["no such user: <o'hara@example.com>", 'no such user: <•••>'],
  ["'a&b@example.com' bounced", "•••' bounced"],
  ['ops/oncall+p1@example.xn--p1ai, 5.1.1', '•••, 5.1.1'],
  ['a%b@example.com;c@example.com', '•••;•••'],
  // No address: SES says so of one that has none.
  ["Missing final '@domain'", "Missing final '@domain'"],
])('of the words %j a reader sees no part of an address', (words, shown) => {
  expect(maskAddresses(words)).toBe(shown);
});
