import {
  type Bundle,
  bundleAsks,
  countLine,
  type Headline,
  inOrder,
  itemOf,
  LISTED,
  listed,
  priorityOf,
  summaryLine,
} from './bundle.ts';
import { colorOf, type EmailContent, type EmailOptions, linkLines, paragraphs, SUBJECT_MAX } from './email.ts';
import { buttonRow, COLORS, footerRow, itemRow, noticeRow, sheet } from './email-layout.ts';
import { triggeredAt, whenText } from './page-words.ts';
import { oneLine, webUrl } from './text.ts';
import { say } from './wording.ts';

export interface EmailBundleOptions extends EmailOptions {
  headline?: Headline;
}

/** Several pages in one e-mail, with one pair of buttons for all of them. */
export function emailBundle(bundle: Bundle, options: EmailBundleOptions): EmailContent {
  const { wording, links, timezone, late, headline } = options;
  const tag = `[${priorityOf(bundle)}]`;
  const subject = `${tag} ${summaryLine(bundle, wording, SUBJECT_MAX - tag.length - 1, headline)}`;
  const [shown, more] = listed(inOrder(bundle).map(itemOf), LISTED, wording);
  const when = (item: (typeof shown)[number]) => whenText(triggeredAt(item.page), wording, timezone);
  const notices = late === undefined ? [] : [say(wording, 'late', { time: whenText(late, wording, timezone) })];
  const buttons = bundleAsks(bundle) ? links : {};
  const footer = say(wording, 'emailFooter', { page: oneLine(bundle.pages[0]?.id ?? '') });
  const [acknowledge, resolve] = [say(wording, 'acknowledgeAll'), say(wording, 'resolveAll')];

  const html = sheet({
    language: wording.locale,
    subject,
    preheader: shown
      .slice(0, 3)
      .map(({ service, title }) => `${service}: ${title}`)
      .join(' · '),
    color: COLORS[priorityOf(bundle)],
    kicker: 'Lifeline',
    title: countLine(bundle, wording, headline),
    rows: [
      ...notices.map(noticeRow),
      ...shown.map((item) =>
        itemRow(
          colorOf(item.page),
          `${item.tag} ${item.service} · ${item.id}`,
          item.title,
          when(item),
          webUrl(item.page.incident.url),
        ),
      ),
      ...(more === '' ? [] : [noticeRow(more)]),
      buttonRow(
        [
          { label: acknowledge, url: buttons.acknowledge, color: '#175cd3' },
          { label: resolve, url: buttons.resolve },
        ],
        say(wording, 'emailWhyAll'),
      ),
      footerRow(footer),
    ],
  });
  const text = paragraphs([
    [countLine(bundle, wording, headline)],
    notices,
    ...shown.map((item) => [`${item.tag} ${item.service}: ${item.title}`, `${item.id}, ${when(item)}`]),
    [more],
    linkLines([acknowledge, buttons.acknowledge], [resolve, buttons.resolve]),
    [`-- \n${footer}`],
  ]);
  return { subject, text, html };
}
