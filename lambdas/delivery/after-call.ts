import { lineHolder } from '../core/call-line.ts';
import { isAnswered } from '../core/page/status.ts';
import type { CallLines, VoiceProvider } from '../core/ports.ts';
import type { Channel } from './channel.ts';

interface Deps {
  lines: Pick<CallLines, 'free'>;
  providers: readonly Pick<VoiceProvider, 'name' | 'hangUp'>[];
}

/**
 * What follows an attempt to call. Where none was placed, the next one may be at once. One that was placed while the page
 * was being answered has not been seen by whoever cancels what rings (answers/aftermath.ts): its id came too late.
 */
export function createAfterCall({ lines, providers }: Deps): Channel['concluded'] {
  return async ({ page, delivery, legs, conclusion }) => {
    if (conclusion.next !== 'sent') return lines.free(delivery.to, lineHolder({ pageId: page.id, ...delivery }));
    const last = legs.at(-1);
    if (!isAnswered(page) || last?.result.outcome !== 'accepted') return;
    await providers.find(({ name }) => name === last.provider)?.hangUp?.(last.result.providerId);
  };
}
