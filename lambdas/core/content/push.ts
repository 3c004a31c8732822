import { asksForAnswer } from '../page/kind.ts';
import type { Page } from '../page/page.ts';
import { type Bundle, bundleAsks, countLine, type Headline, inOrder, priorityOf, summaryLine } from './bundle.ts';
import { type ContentOptions, headlineOf, idOf, noticesOf, serviceOf, tagOf, titleOf, whenText } from './page-words.ts';
import { cut, webUrl } from './text.ts';
import { say } from './wording.ts';

export interface PushOptions extends ContentOptions {
  /** Where a tap leads. */
  link?: string | undefined;
}
export interface PushContent {
  title: string;
  body: string;
  /** Breaks through do-not-disturb: only what may wake somebody. */
  critical: boolean;
  data: Record<string, string>;
}

/** Lock screens show about this much. All of it, at 3 bytes a character, stays below the 4 KB that APNs and FCM take. */
const BOUNDS = { title: 100, body: 300, end: 230, link: 1_000 } as const;

/** A page as a notification: what it is in the title, what happened in the body. */
export function pushContent(page: Page, options: PushOptions): PushContent {
  const { type, incident } = page;
  const notices = noticesOf(page, options);
  const end = cut(` (${idOf(page)})${notices.length > 0 ? `\n${notices.join(' ')}` : ''}`, BOUNDS.end);
  return {
    title: cut(`${tagOf(page)} ${serviceOf(page)}`, BOUNDS.title),
    body: `${cut(titleOf(page), BOUNDS.body - end.length)}${end}`,
    critical: incident.priority === 'CRITICAL' && asksForAnswer(page),
    data: {
      pageId: cut(page.id, 64),
      incidentId: idOf(page),
      priority: incident.priority,
      type,
      ...(page.test && { test: 'true' }),
      ...linkOf(options.link),
    },
  };
}

/** Several pages in one notification; it breaks through if one of them would. */
export function pushBundle(bundle: Bundle, options: PushOptions & { headline?: Headline }): PushContent {
  const { wording, timezone, late, headline } = options;
  const pages = inOrder(bundle);
  const lines = pages.slice(0, 3).map((page) => cut(headlineOf(page), 70));
  const due = late === undefined ? [] : [say(wording, 'late', { time: whenText(late, wording, timezone) })];
  return {
    title: summaryLine(bundle, wording, BOUNDS.title, headline),
    body: cut([...due, ...lines].join('\n') || countLine(bundle, wording, headline), BOUNDS.body),
    critical: priorityOf(bundle) === 'CRITICAL' && bundleAsks(bundle),
    data: {
      pageId: cut(pages[0]?.id ?? '', 64),
      count: `${pages.length}`,
      priority: priorityOf(bundle),
      ...linkOf(options.link),
    },
  };
}

function linkOf(link: string | undefined): { link?: string } {
  const url = webUrl(link);
  return url === undefined || url.length > BOUNDS.link ? {} : { link: url };
}
