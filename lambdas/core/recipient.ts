import type { Channel } from './page/page.ts';

/** A person who can be paged, with contact points and preferences (contract §1, "Recipients"). */
export interface Recipient {
  id: string;
  name: string;
  email?: string;
  /** E.164. */
  phone?: string;
  phoneVerified: boolean;
  smsSuppressed: boolean;
  slackUserId?: string;
  teamsWebhookUrl?: string;
  pushEndpoints?: string[];
  timezone?: string;
  quietHours?: { from: string; to: string; days?: string[] };
  language?: string;
  /** Absent channels are enabled. */
  preferences: { channel: Channel; enabled: boolean }[];
  /** Raised by every change; the ETag. */
  version: number;
  updatedAt: number;
}
