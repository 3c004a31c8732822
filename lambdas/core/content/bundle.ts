/** Several pages for one recipient in one message: a bundle because many came at once, a digest because they were held. */
import { asksForAnswer } from '../page/kind.ts';
import type { Page, Priority } from '../page/page.ts';
import { PRIORITIES } from '../page/page.ts';
import { idOf, serviceOf, tagOf, titleOf } from './page-words.ts';
import { cut } from './text.ts';
import { say, type Wording } from './wording.ts';

export interface Bundle {
  recipientId: string;
  pages: Page[];
}
export type Headline = 'bundle' | 'digest';

/** How many incidents a message lists at most; how many more there are is said. */
export const LISTED = 20;

/** The most urgent first, then the oldest. */
export const inOrder = ({ pages }: Bundle): Page[] =>
  pages.toSorted((a, b) => rank(a) - rank(b) || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
const rank = ({ incident }: Page): number => PRIORITIES.indexOf(incident.priority);

/** What the message is as urgent as. */
export const priorityOf = (bundle: Bundle): Priority => inOrder(bundle)[0]?.incident.priority ?? 'LOW';

/** `5 incidents`, or `5 incidents held until now`. */
export function countLine({ pages }: Bundle, wording: Wording, headline: Headline = 'bundle'): string {
  const count = pages.length;
  if (headline === 'digest') return say(wording, count === 1 ? 'digestOne' : 'digestMany', { count });
  return say(wording, count === 1 ? 'bundleOne' : 'bundleMany', { count });
}

/** The first ones, and `+3 more` if that is not all. */
export function listed<Item>(items: readonly Item[], max: number, wording: Wording): [shown: Item[], more: string] {
  const left = items.length - max;
  return [items.slice(0, max), left > 0 ? say(wording, 'more', { count: left }) : ''];
}

/** `5 incidents: payments-api, checkout +3 more`: each service once, as many as fit. */
export function summaryLine(bundle: Bundle, wording: Wording, max: number, headline?: Headline): string {
  const services = [...new Set(inOrder(bundle).map(serviceOf))];
  const head = countLine(bundle, wording, headline);
  for (let count = services.length; count > 0; count--) {
    const [shown, more] = listed(services, count, wording);
    const line = `${head}: ${shown.join(', ')}${more === '' ? '' : ` ${more}`}`;
    if (line.length <= max) return line;
  }
  return cut(head, max);
}

export interface Item {
  page: Page;
  tag: string;
  id: string;
  service: string;
  title: string;
}
export const itemOf = (page: Page): Item => ({
  page,
  tag: tagOf(page),
  id: idOf(page),
  service: serviceOf(page),
  title: titleOf(page),
});

/** Whether anything in it can be acknowledged. */
export const bundleAsks = ({ pages }: Bundle): boolean => pages.some(asksForAnswer);

/**
 * The fullest layout of a shared message that its platform takes: what does not fit loses links first, from the least
 * urgent item on, and then items. One item is shown whatever it takes.
 * @param items how many items there are to show
 * @param layoutOf the message with the first `shown` items, of which the first `linked` carry a link
 */
export function fitting<Layout>(
  items: number,
  layoutOf: (shown: number, linked: number) => Layout,
  fits: (layout: Layout) => boolean,
): Layout {
  for (let linked = items; linked > 0; linked--) {
    const layout = layoutOf(items, linked);
    if (fits(layout)) return layout;
  }
  for (let shown = items; shown > 1; shown--) {
    const layout = layoutOf(shown, 0);
    if (fits(layout)) return layout;
  }
  return layoutOf(Math.min(1, items), 0);
}
