import { numbersOf } from '../core/health/health.ts';
import type { HealthStore } from '../core/health/ports.ts';
import { contactCard } from '../core/recipient/contact-card.ts';
import type { Handler } from '../http/http.ts';

interface Deps {
  /** The sender of texts and calls through Twilio: a number, or a name or service that has none. */
  twilioSender: () => Promise<string>;
  /** What standby calls come from; empty where none are set up. */
  voiceOrigination: string;
  /** Knows the numbers behind a messaging service, a pool or an id: the checks ask the providers, and no request does. */
  health: Pick<HealthStore, 'read'>;
}

/** GET /senders.vcf. Open to everybody, so that it can be a link: phones that page people are no secret. */
export const createSenders =
  ({ twilioSender, voiceOrigination, health }: Deps): Handler =>
  async () => {
    const numbers = [await twilioSender(), voiceOrigination, ...numbersOf(await health.read())];
    return {
      status: 200,
      content: { type: 'text/vcard', text: contactCard(numbers) },
      headers: {
        'Cache-Control': 'public, max-age=3600',
        'Content-Disposition': 'attachment; filename="lifeline.vcf"',
      },
    };
  };
