/**
 * The sheet an e-mail is printed on. Mail programs know the HTML of 1999: tables, inline styles, no images (a page must
 * read the same with remote content off). Outlook on Windows draws with Word, which knows `bgcolor` and padding of cells
 * only. The `<style>` holds nothing but the dark colours and what narrow screens need; who drops it shows the rest well.
 */
import { escapeHtml, webUrl } from './text.ts';

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
/** White on these has a contrast of 4.5 and more (WCAG 2.2, 1.4.3). */
export const COLORS = {
  CRITICAL: '#b42318',
  HIGH: '#b54708',
  MEDIUM: '#93600b',
  LOW: '#175cd3',
  calm: '#175cd3',
  good: '#067647',
} as const;

export interface Sheet {
  language: string;
  subject: string;
  /** What the inbox shows behind the subject. */
  preheader: string;
  color: string;
  /** Above the title, on the colour. */
  kicker: string;
  title: string;
  /** HTML of rows: `<tr>…</tr>`. */
  rows: string[];
}

export const sheet = ({ language, subject, preheader, color, kicker, title, rows }: Sheet): string => `<!doctype html>
<html lang="${escapeHtml(language)}" dir="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${escapeHtml(subject)}</title>
<style>
:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
.page{background:#0f1218!important}.card{background:#1a1f29!important;border-color:#2d3543!important}
.ink{color:#f2f4f7!important}.soft{color:#a3adbd!important}.line{border-color:#2d3543!important}
.box{background:#232a36!important}.link{color:#84adff!important}.plain{border-color:#667085!important}
}
@media (max-width:480px){
.pad{padding-left:18px!important;padding-right:18px!important}
.buttons{width:100%!important}.button,.gap{display:block!important;width:auto!important}.gap{line-height:10px!important}.button a{display:block!important}
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#eef1f6">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeHtml(preheader)}${'&#847;&zwnj;&nbsp;'.repeat(40)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#eef1f6" style="background:#eef1f6">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="600" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="width:100%;max-width:600px;background:#ffffff;border:1px solid #d9dfe8;border-radius:12px;border-collapse:separate;overflow:hidden;font-family:${FONT}">
<tr><td class="pad" bgcolor="${color}" style="background:${color};padding:20px 28px;border-radius:11px 11px 0 0;color:#ffffff">
<div style="font-size:13px;line-height:18px;font-weight:600;color:#ffffff">${escapeHtml(kicker)}</div>
<h1 dir="auto" style="margin:4px 0 0;font-size:22px;line-height:29px;font-weight:700;color:#ffffff;word-break:break-word">${escapeHtml(title)}</h1>
</td></tr>
${rows.join('\n')}
</table>
</td></tr>
</table>
</body>
</html>
`;

/** A line that must not be missed. */
export const noticeRow = (text: string): string =>
  `<tr><td class="pad" style="padding:16px 28px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="box ink" bgcolor="#fff4d6" style="background:#fff4d6;border-left:4px solid #e0a100;padding:10px 14px;font-size:14px;line-height:20px;color:#1d2433">${escapeHtml(text)}</td></tr></table></td></tr>`;

const linked = (html: string, url: string | undefined): string =>
  url === undefined ? html : `<a class="link" href="${escapeHtml(url)}" style="color:#175cd3">${html}</a>`;

/** Label and value, one beside the other; `url` makes the value a link. */
export function factRows(facts: readonly { label: string; value: string; url?: string }[]): string {
  const rows = facts.map(({ label, value, url }) => {
    const shown = linked(escapeHtml(value), url);
    return `<tr><td class="soft" width="120" valign="top" style="padding:5px 12px 5px 0;font-size:14px;line-height:20px;color:#5d687a">${escapeHtml(label)}</td><td class="ink" dir="auto" valign="top" style="padding:5px 0;font-size:14px;line-height:20px;font-weight:600;color:#1d2433;word-break:break-word">${shown}</td></tr>`;
  });
  return `<tr><td class="pad" style="padding:18px 28px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">\n${rows.join('\n')}\n</table></td></tr>`;
}

/** What the caller wrote about the incident, its line breaks kept. */
export const descriptionRow = (text: string): string =>
  `<tr><td class="pad" style="padding:16px 28px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="box ink" dir="auto" bgcolor="#f4f6fa" style="background:#f4f6fa;border-radius:8px;padding:14px 16px;font-size:14px;line-height:21px;color:#1d2433;word-break:break-word">${escapeHtml(text).replaceAll('\n', '<br>\n')}</td></tr></table></td></tr>`;

/** One incident of several; `url`, gone through `webUrl`, is where its title leads. */
export const itemRow = (color: string, head: string, title: string, foot: string, url?: string): string =>
  `<tr><td class="pad" style="padding:14px 28px 0"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td width="4" bgcolor="${color}" style="background:${color};font-size:0;line-height:0">&nbsp;</td><td dir="auto" style="padding:1px 0 1px 14px;word-break:break-word"><div class="soft" style="font-size:13px;line-height:18px;color:#5d687a">${escapeHtml(head)}</div><div class="ink" style="font-size:15px;line-height:21px;font-weight:600;color:#1d2433">${linked(escapeHtml(title), url)}</div><div class="soft" style="font-size:13px;line-height:18px;color:#5d687a">${escapeHtml(foot)}</div></td></tr></table></td></tr>`;

export interface Button {
  label: string;
  url: string | undefined;
  /** Filled with this colour; without it outlined. */
  color?: string;
}

/** Buttons that Word draws too: the cell has the colour, the link the size. Those that lead nowhere are left out. */
export function buttonRow(buttons: readonly Button[], why: string): string {
  const cells = buttons.flatMap(({ label, url, color }) => {
    const href = webUrl(url);
    if (href === undefined) return [];
    const [look, kind, ink] = color
      ? [`background:${color};border:1px solid ${color}`, 'full', '#ffffff']
      : ['border:1px solid #98a2b3', 'plain', '#1d2433'];
    return `<td class="button ${kind}" align="center"${color ? ` bgcolor="${color}"` : ''} style="${look};border-radius:8px;mso-padding-alt:12px 24px"><a class="${color ? 'white' : 'ink'}" href="${escapeHtml(href)}" style="display:inline-block;padding:12px 24px;font-size:15px;line-height:20px;font-weight:600;color:${ink};text-decoration:none">${escapeHtml(label)}</a></td>`;
  });
  if (cells.length === 0) return '';
  return `<tr><td class="pad" style="padding:22px 28px 0"><table role="presentation" class="buttons" cellpadding="0" cellspacing="0" border="0" style="border-collapse:separate"><tr>\n${cells.join('\n<td class="gap" width="12" style="font-size:0">&nbsp;</td>\n')}\n</tr></table><div class="soft" style="padding-top:12px;font-size:13px;line-height:19px;color:#5d687a">${escapeHtml(why)}</div></td></tr>`;
}

export const footerRow = (text: string): string =>
  `<tr><td class="pad" style="padding:24px 28px 22px"><div class="soft line" style="border-top:1px solid #e4e8ef;padding-top:14px;font-size:12px;line-height:18px;color:#5d687a">${escapeHtml(text)}</div></td></tr>`;
