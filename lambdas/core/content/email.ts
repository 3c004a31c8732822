import { asksForAnswer } from '../page/kind.ts';
import type { Page } from '../page/page.ts';
import { buttonRow, COLORS, descriptionRow, factRows, footerRow, noticeRow, sheet } from './email-layout.ts';
import {
  type ContentOptions,
  factsOf,
  headlineOf,
  idOf,
  kindOf,
  type Links,
  noticesOf,
  serviceOf,
  titleOf,
} from './page-words.ts';
import { cut, manyLines, oneLine, webUrl } from './text.ts';
import { say } from './wording.ts';

export interface EmailOptions extends ContentOptions {
  links: Links;
}
export interface EmailContent {
  subject: string;
  text: string;
  html: string;
}

/** RFC 5322 allows lines of 998; what inboxes show ends far earlier. */
export const SUBJECT_MAX = 200;
/** The API takes 4 KB (docs/spec/api.md#the-api). */
const DESCRIPTION_MAX = 4_096;

/**
 * A page as an e-mail. The subject is one line, `[CRITICAL] payments-api: High error rate (INC-1042)`, where only the
 * title is ever cut; the text part says all that the HTML part does. The buttons stand before the description, which
 * may be long: who knows enough must not scroll.
 */
export function emailContent(page: Page, options: EmailOptions): EmailContent {
  const { wording, links } = options;
  const subject = subjectOf(page);
  const [facts, notices] = [factsOf(page, options), noticesOf(page, options)];
  const description = cut(manyLines(page.incident.description ?? ''), DESCRIPTION_MAX);
  const asks = asksForAnswer(page);
  const buttons = asks ? links : {};
  const footer = say(wording, 'emailFooter', { page: oneLine(page.id) });

  const html = sheet({
    language: wording.locale,
    subject,
    preheader: cut([...notices, oneLine(description) || kindOf(page, wording)].join(' '), 140),
    color: colorOf(page),
    kicker: `${kindOf(page, wording)} · ${serviceOf(page)}`,
    title: titleOf(page),
    rows: [
      ...notices.map(noticeRow),
      factRows(facts),
      buttonRow(
        [
          { label: say(wording, 'acknowledge'), url: buttons.acknowledge, color: '#175cd3' },
          { label: say(wording, 'resolve'), url: buttons.resolve },
        ],
        say(wording, 'emailWhy'),
      ),
      ...(description === '' ? [] : [descriptionRow(description)]),
      footerRow(footer),
    ],
  });
  const text = [
    [`${kindOf(page, wording)}: ${serviceOf(page)}`, titleOf(page)],
    notices,
    facts.map(({ label, value, url }) => `${label}: ${value}${url === undefined ? '' : ` ${url}`}`),
    linkLines([say(wording, 'acknowledge'), buttons.acknowledge], [say(wording, 'resolve'), buttons.resolve]),
    [description],
    [`-- \n${footer}`],
  ];
  return { subject, text: paragraphs(text), html };
}

function subjectOf(page: Page): string {
  const end = ` (${idOf(page)})`;
  return `${cut(headlineOf(page), SUBJECT_MAX - end.length)}${end}`;
}

export function colorOf({ type, incident, test }: Page): string {
  if (type === 'resolution') return COLORS.good;
  return test || type === 'acknowledgment' ? COLORS.calm : COLORS[incident.priority];
}

/** `Acknowledge: https://…`, for those that lead somewhere. */
export const linkLines = (...links: [label: string, url: string | undefined][]): string[] =>
  links.flatMap(([label, url]) => {
    const href = webUrl(url);
    return href === undefined ? [] : [`${label}: ${href}`];
  });

/** Blocks of lines with an empty line between them. */
export const paragraphs = (blocks: readonly (readonly string[])[]): string =>
  `${blocks
    .map((lines) => lines.filter((line) => line !== '').join('\n'))
    .filter((block) => block !== '')
    .join('\n\n')}\n`;
