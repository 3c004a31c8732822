import type { Provider } from '../core/page/page.ts';
import type { Receipt } from '../core/receipts/ports.ts';

/** A status is kept as the provider wrote it, up to this many characters: the longest of today has 19. */
const MAX_LENGTH = 40;

/**
 * The receipt of a status that Lifeline has no rule for: the provider's word goes into the history and changes nothing
 * else (docs/spec/delivery.md#receipts). Providers add statuses without notice.
 * @param status as the provider wrote it; characters that are no part of a word become `_`, because the page's item
 *   separates the fields of an event by one of them
 */
export const unknownStatus = (provider: Provider, providerId: string, status: string): Receipt => ({
  provider,
  providerId,
  providerStatus: status
    .trim()
    .replace(/[^\w. -]+/g, '_')
    .slice(0, MAX_LENGTH),
  rank: 0,
  news: 'unknown',
});
