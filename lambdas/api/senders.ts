import { contactCard } from '../core/contact-card.ts';
import type { Handler } from '../runtime/http.ts';

interface Deps {
  /** The sender of texts and calls through Twilio: a number, or a name or service that has none. */
  twilioSender: () => Promise<string>;
  /** What standby calls come from; empty where none are set up. */
  voiceOrigination: string;
}

/** GET /senders.vcf. Open to everybody, so that it can be a link: phones that page people are no secret. */
export const createSenders =
  ({ twilioSender, voiceOrigination }: Deps): Handler =>
  async () => ({
    status: 200,
    content: { type: 'text/vcard', text: contactCard([await twilioSender(), voiceOrigination]) },
    headers: {
      'Cache-Control': 'public, max-age=3600',
      'Content-Disposition': 'attachment; filename="lifeline.vcf"',
    },
  });
