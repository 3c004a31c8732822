import { circuitName } from '../core/circuit/circuit.ts';
import type { Provider } from '../core/page/page.ts';
import { segments } from '../core/sms/segments.ts';
import type { SenderLimits } from './sender-limits.ts';

/**
 * Carriers limit a sender by segments, and a text has reserved the place of one before it was written: its further
 * segments are used up when it goes out (docs/spec/suppression.md#held). Pages and verification codes count alike: a
 * carrier knows no difference.
 */
export const createSpendSegments =
  (limits: Pick<SenderLimits, 'spend'>) =>
  async (provider: Provider, { body }: { body: string }, urgent: boolean): Promise<void> =>
    limits.spend(circuitName(provider, 'sms'), segments(body).count - 1, urgent);
