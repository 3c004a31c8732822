/** What somebody hears who calls one of our numbers. At most 300 characters each, as in every call. */

import type { Page } from '../page/page.ts';
import { listed } from './bundle.ts';
import { answeredBy, serviceOf, titleOf } from './page-words.ts';
import { fitSpeech, speakable } from './speech.ts';
import { cut } from './text.ts';
import { say, type Wording } from './wording.ts';

/** Neutral: whose line it is says nothing about who is paged, or whether anything is wrong. */
export const inboundUnknown = (w: Wording): string => say(w, 'callInUnknown');

export const inboundNothing = (w: Wording): string => say(w, 'callInNothing');

/** What is open, newest first, and the one key there is. One page stands for its incident. */
export function inboundOpen(pages: readonly Page[], w: Wording): string {
  const count = pages.length;
  return fitSpeech(names(pages, w), w, (list) =>
    count === 1 ? say(w, 'callInOpen', { list }) : say(w, 'callInOpenAll', { count, list }),
  );
}

/**
 * Key 1 has counted for the incidents that are `mine`; the first of the `others`, where somebody else was quicker, is
 * said with who has it.
 */
export function inboundDone(mine: readonly Page[], others: readonly Page[], w: Wording): string {
  const [taken] = others;
  const who = taken ? `${takenBy(taken, w)} ` : '';
  return fitSpeech(names(mine, w), w, (list) => `${who}${say(w, 'callInDone', { list })}`);
}

/** `checkout: Acknowledged by Bob.` */
function takenBy(page: Page, w: Wording): string {
  const service = cut(speakable(serviceOf(page), w), 40, '');
  return `${service}: ${cut(speakable(answeredBy(page, w), w), 80, '')}.`;
}

/** `payments-api, High error rate; checkout, Latency; +3 more` */
function names(pages: readonly Page[], w: Wording): string {
  const [shown, more] = listed([...pages], 3, w);
  const each = shown.map((page) => `${cut(speakable(serviceOf(page), w), 40, '')}, ${speakable(titleOf(page), w)}`);
  return [...each, ...(more === '' ? [] : [speakable(more, w)])].join('; ');
}
