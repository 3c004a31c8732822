import type { Channel } from '../page/page.ts';

/** What a contact point is called in English, at the beginning of a sentence. */
export const CONTACT_NAME: Record<Channel, string> = {
  push: 'A push endpoint',
  email: 'The e-mail address',
  slack: 'The Slack user',
  teams: 'The Teams workflow',
  sms: 'The phone',
  voice: 'The phone',
};
