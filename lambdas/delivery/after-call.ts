import type { Clock } from '../core/clock.ts';
import { ambiguousLegs } from '../core/page/attempt.ts';
import type { Provider } from '../core/page/page.ts';
import { isAnswered } from '../core/page/status.ts';
import type { VoiceProvider } from '../core/providers/ports.ts';
import { lockHolder } from '../core/rate-limit/phone-lock.ts';
import type { PhoneLocks } from '../core/rate-limit/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { Channel } from './channel.ts';

interface Deps {
  phoneLocks: Pick<PhoneLocks, 'free' | 'take'>;
  providers: readonly Pick<VoiceProvider, 'name' | 'hangUp' | 'receipts'>[];
  rules: Pick<Rules, 'oneWayCall' | 'longestRing'>;
  clock: Clock;
}

/**
 * What follows an attempt to call. Where none was placed, the next one may be at once; where one may have been, only
 * after a phone would have stopped ringing. One that was placed while the page was being answered has not been seen by
 * whoever cancels what rings (replies/after-answer.ts): its id came too late. And of two for one delivery the first is
 * cancelled, because only Twilio's can be (ADR 11).
 */
export function createAfterCall({ phoneLocks, providers, rules, clock }: Deps): Channel['concluded'] {
  const providerOf = (name: Provider | undefined) => providers.find((one) => one.name === name);

  return async ({ page, delivery, legs, conclusion, superseded }) => {
    const holder = lockHolder({ pageId: page.id, ...delivery });
    const keepFor = (ms: number) => phoneLocks.take(delivery.to, holder, clock.now(), clock.now() + ms);
    if (conclusion.next !== 'sent') {
      if (ambiguousLegs(legs).length === 0) return phoneLocks.free(delivery.to, holder);
      return void (await keepFor(rules.longestRing));
    }
    const last = legs.at(-1);
    const provider = providerOf(last?.provider);
    // No receipt tells the end of such a call: the phone lock is kept for as long as it can last, and no longer.
    if (provider?.receipts === 'none') await keepFor(rules.oneWayCall);
    if (superseded) await providerOf(superseded.provider)?.hangUp?.(superseded.providerId);
    if (isAnswered(page) && last?.result.outcome === 'accepted') await provider?.hangUp?.(last.result.providerId);
  };
}
