import { createHash } from 'node:crypto';
import { whenText } from '../core/content/page-words.ts';
import { escapeHtml } from '../core/content/text.ts';
import { htmlLanguage, say, type Wording } from '../core/content/wording.ts';
import type { ActionState } from '../http/api.gen.ts';

/**
 * The page behind an action link, for a phone at three in the morning: the incident, one button, no script, nothing
 * loaded from anywhere, in the words of whom the message was sent to. The form posts to its own URL.
 */
const STYLE = `
:root{color-scheme:light dark;--bg:#f4f6fa;--card:#fff;--text:#10151f;--dim:#5a6577;--line:#dfe4ec;--go:#0b5fd8;--on:#fff;--ok:#067647;--critical:#c01f14;--high:#a84300;--medium:#2f5fa7;--low:#4a5568}
@media(prefers-color-scheme:dark){:root{--bg:#0b0e14;--card:#151a23;--text:#eef1f6;--dim:#a2adbf;--line:#28303e;--go:#4c94ff;--on:#05101f;--ok:#47cd89;--critical:#ff7a6d;--high:#ffb454;--medium:#8ab8ff;--low:#a2adbf}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;background:var(--bg);color:var(--text);font:17px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
main{width:100%;max-width:30rem;margin:auto;padding:24px 20px}
.card{background:var(--card);border:1px solid var(--line);border-radius:18px;padding:22px 20px}
.brand{color:var(--dim);font-size:14px;font-weight:600;letter-spacing:.02em;margin:0 4px 10px}
.tag{display:inline-block;font-size:13px;font-weight:700;letter-spacing:.06em;border:1.5px solid;border-radius:999px;padding:1px 10px}
.CRITICAL{color:var(--critical)}.HIGH{color:var(--high)}.MEDIUM{color:var(--medium)}.LOW{color:var(--low)}
h1{font-size:25px;line-height:1.2;margin:12px 0 14px;overflow-wrap:anywhere;text-wrap:balance}
dl{margin:0;display:grid;grid-template-columns:auto 1fr;gap:4px 14px;font-size:15px}
dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
.state{margin:20px 0 0;padding-top:18px;border-top:1px solid var(--line)}
.state b{display:block;font-size:19px}.ok b{color:var(--ok)}
form{margin:22px 0 0}
button{width:100%;min-height:60px;border:0;border-radius:14px;background:var(--go);color:var(--on);font:inherit;font-size:20px;font-weight:700;cursor:pointer;touch-action:manipulation}
button:focus-visible{outline:3px solid var(--text);outline-offset:3px}
button:active{transform:translateY(1px)}
p{margin:10px 0 0}.dim{color:var(--dim);font-size:15px}
`.trim();

/** Links are secrets: not to be kept, indexed, framed, or told to other sites. */
export const PAGE_HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
  Vary: 'Accept, Accept-Language',
};

/** Whose eyes the page is for. */
export interface Reader {
  wording: Wording;
  /** IANA name; absent is UTC. */
  timezone?: string;
}

const BUTTON = { acknowledge: 'acknowledge', resolve: 'resolve' } as const;
const WHY = { acknowledge: 'actionAcknowledgeWhy', resolve: 'actionResolveWhy' } as const;
const DID = { acknowledge: 'actionAcknowledged', resolve: 'actionResolved' } as const;

/** @param isNew the action was done just now, by whoever sees this */
export function actionPage(state: ActionState, isNew: boolean, reader: Reader): string {
  const w = reader.wording;
  const title = `${state.done ? '' : `${say(w, BUTTON[state.action])} `}${state.incidentId}`;
  const facts = [
    [say(w, 'incident'), escapeHtml(state.incidentId)],
    [say(w, 'service'), escapeHtml(state.service)],
    [say(w, 'actionPaged'), time(state.createdAt, reader)],
  ];
  return document(
    title,
    w,
    `<span class="tag ${state.priority}">${escapeHtml(state.priority)}</span>
<h1>${escapeHtml(state.title)}</h1>
<dl>${facts.map(([label = '', value]) => `<dt>${escapeHtml(label)}</dt><dd>${value}</dd>`).join('')}</dl>
${stateOf(state, isNew, reader)}${state.done ? '' : button(state, w)}`,
  );
}

function stateOf({ action, done, status, by = '', at = '' }: ActionState, isNew: boolean, reader: Reader): string {
  const w = reader.wording;
  const said = (text: string) => `<b>${escapeHtml(text)}</b>`;
  if (isNew) {
    const stopped = escapeHtml(say(w, 'actionStopped'));
    return `<div class="state ok" role="status">${said(say(w, DID[action]))}<p>${stopped}</p></div>`;
  }
  if (!status) return '';
  const already = status === 'RESOLVED' ? 'actionAlreadyResolved' : 'actionAlreadyAcknowledged';
  const who = say(w, done ? already : 'acknowledgedBy', { name: by });
  return `<div class="state ok">${said(who)}<p class="dim">${time(at, reader)}</p></div>`;
}

function button({ action }: ActionState, w: Wording): string {
  const [label, why] = [escapeHtml(say(w, BUTTON[action])), escapeHtml(say(w, WHY[action]))];
  return `<form method="post"><button>${label}</button></form><p class="dim">${why}</p>`;
}

/** @param why what a link that does nothing is */
export function actionProblemPage(why: 'expired' | 'unknown', w: Wording): string {
  const [title, text] =
    why === 'expired'
      ? [say(w, 'actionExpired'), say(w, 'actionExpiredWhy')]
      : [say(w, 'actionUnknown'), say(w, 'actionUnknownWhy')];
  const [shown, reason, other] = [title, text, say(w, 'actionReply')].map(escapeHtml);
  return document(title, w, `<h1>${shown}</h1><p>${reason}</p><p class="dim">${other}</p>`);
}

/** `22 Nov 2026, 03:12 UTC`: in the recipient's zone, since without a script the page cannot know another one. */
const time = (iso: string, { wording, timezone }: Reader): string =>
  `<time datetime="${escapeHtml(iso)}">${escapeHtml(whenText(Date.parse(iso), wording, timezone))}</time>`;

const document = (title: string, w: Wording, body: string): string => `<!doctype html>
<html lang="${htmlLanguage(w)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow"><title>${escapeHtml(title)} · Lifeline</title><style>${STYLE}</style></head>
<body><main><p class="brand">Lifeline</p><div class="card">
${body}
</div></main></body></html>
`;
