import { createHash } from 'node:crypto';
import type { ActionState } from '../runtime/api.gen.ts';

/**
 * The page behind an action link, for a phone at three in the morning: the incident, one button, no script, nothing
 * loaded from anywhere. The form posts to its own URL.
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
  Vary: 'Accept',
};

const WORDS = {
  acknowledge: {
    button: 'Acknowledge',
    explains: 'You take it on, and the paging about it stops.',
    did: 'Acknowledged. You have it.',
    more: 'The paging about it has stopped.',
  },
  resolve: {
    button: 'Resolve',
    explains: 'It is over, and the paging about it stops.',
    did: 'Resolved.',
    more: 'The paging about it has stopped.',
  },
} as const;

/** @param isNew the action was done just now, by whoever sees this */
export function actionPage(state: ActionState, isNew: boolean): string {
  const words = WORDS[state.action];
  const title = `${state.done ? '' : `${words.button} `}${state.incidentId}`;
  return document(
    title,
    `<span class="tag ${state.priority}">${escaped(state.priority)}</span>
<h1>${escaped(state.title)}</h1>
<dl><dt>Incident</dt><dd>${escaped(state.incidentId)}</dd><dt>Service</dt><dd>${escaped(state.service)}</dd><dt>Paged</dt><dd>${time(state.createdAt)}</dd></dl>
${stateOf(state, isNew)}${state.done ? '' : button(state)}`,
  );
}

function stateOf({ action, done, status, by = '', at = '' }: ActionState, isNew: boolean): string {
  if (isNew) return `<div class="state ok" role="status"><b>${WORDS[action].did}</b><p>${WORDS[action].more}</p></div>`;
  if (!status) return '';
  const word = status === 'RESOLVED' ? 'resolved' : 'acknowledged';
  return `<div class="state ok"><b>${done ? `Already ${word}` : 'Acknowledged'} by ${escaped(by)}</b><p class="dim">${time(at)}</p></div>`;
}

const button = ({ action }: ActionState): string =>
  `<form method="post"><button>${WORDS[action].button}</button></form><p class="dim">${WORDS[action].explains}</p>`;

/** @param why what a link that does nothing is */
export function actionProblemPage(why: 'expired' | 'unknown'): string {
  const [title, text] =
    why === 'expired'
      ? ['This link has expired', 'Links in messages work for seven days. Nothing was changed.']
      : [
          'This link does not work',
          'It may have been cut in two by your messenger: open it whole. Nothing was changed.',
        ];
  const other = 'You can also reply ACK or RESOLVE with the code to a text that offers it.';
  return document(title, `<h1>${title}</h1><p>${text}</p><p class="dim">${other}</p>`);
}

/** `22 Nov 2026, 03:12 UTC`: without a script the page cannot know the reader's zone. */
function time(iso: string): string {
  const shown = new Date(iso).toLocaleString('en-GB', { timeZone: 'UTC', dateStyle: 'medium', timeStyle: 'short' });
  return `<time datetime="${escaped(iso)}">${shown} UTC</time>`;
}

const document = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex,nofollow"><title>${escaped(title)} · Lifeline</title><style>${STYLE}</style></head>
<body><main><p class="brand">Lifeline</p><div class="card">
${body}
</div></main></body></html>
`;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
