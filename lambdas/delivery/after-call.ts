import { lineHolder } from '../core/call-line.ts';
import { isAnswered } from '../core/page/status.ts';
import type { CallLines, Clock, VoiceProvider } from '../core/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { Channel } from './channel.ts';

interface Deps {
  lines: Pick<CallLines, 'free' | 'take'>;
  providers: readonly Pick<VoiceProvider, 'name' | 'hangUp' | 'receipts'>[];
  rules: Pick<Rules, 'oneWayCall'>;
  clock: Clock;
}

/**
 * What follows an attempt to call. Where none was placed, the next one may be at once. One that was placed while the page
 * was being answered has not been seen by whoever cancels what rings (answers/aftermath.ts): its id came too late.
 */
export function createAfterCall({ lines, providers, rules, clock }: Deps): Channel['concluded'] {
  return async ({ page, delivery, legs, conclusion }) => {
    const holder = lineHolder({ pageId: page.id, ...delivery });
    if (conclusion.next !== 'sent') return lines.free(delivery.to, holder);
    const last = legs.at(-1);
    const provider = providers.find(({ name }) => name === last?.provider);
    // Its end is never told: then the line is kept for as long as such a call can last, and no longer.
    if (provider?.receipts === 'none') {
      await lines.take(delivery.to, holder, clock.now(), clock.now() + rules.oneWayCall);
    }
    if (!isAnswered(page) || last?.result.outcome !== 'accepted') return;
    await provider?.hangUp?.(last.result.providerId);
  };
}
