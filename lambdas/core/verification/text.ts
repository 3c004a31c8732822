import { VERIFICATION } from './limits.ts';

/** Says who asks and for how long, and carries no link: nothing in it can be mistaken for phishing. */
export const codeText = (code: string): string =>
  `Lifeline code ${code}. It is valid for ${VERIFICATION.lifetime / 60_000} minutes.`;
