/** The inboxes in the browser: who has mail, and each mail as a mail program would show it. */
import { listPage, POLL } from '../list-page.ts';
import { PAGE_HEADERS, page } from '../phone-style.ts';

const FRAME_POLICY = `${PAGE_HEADERS['Content-Security-Policy']}; frame-src 'self'`;
export const INBOX_HEADERS = { ...PAGE_HEADERS, 'Content-Security-Policy': FRAME_POLICY };

/** A mail's own HTML: no script, no form, nothing from elsewhere; its links open beside it. */
export const MAIL_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox",
};
export const mailDocument = (html: string): string => `<!doctype html><base target="_blank">${html}`;

const STYLE = `
  main { width: min(1080px, 100%); border-width: 1px; border-color: var(--line); border-radius: 14px; }
  header { text-align: left; } header a { text-decoration: none; font-size: 14px; }
  #mails { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(220px, 340px) 1fr; }
  #list { list-style: none; margin: 0; padding: 0; overflow-y: auto; border-right: 1px solid var(--line); }
  #list button { display: block; width: 100%; text-align: left; font: inherit; color: inherit; background: none;
    border: 0; border-bottom: 1px solid var(--line); padding: 11px 16px; cursor: pointer; }
  #list [aria-current=true], #list button:hover { background: var(--bubble); }
  #list b { display: block; overflow-wrap: anywhere; } #list span { color: var(--dim); font-size: 12px; }
  #mail { min-width: 0; display: flex; flex-direction: column; }
  #about { padding: 12px 16px; border-bottom: 1px solid var(--line); } #about p { margin: 2px 0 0; color: var(--dim); font-size: 13px; }
  #about button { font: inherit; font-size: 13px; color: var(--link); background: none; border: 0; padding: 0; cursor: pointer; }
  iframe { flex: 1; border: 0; background: #fff; color-scheme: light; }
  pre { flex: 1; margin: 0; padding: 16px; overflow: auto; white-space: pre-wrap; font: 13px/1.5 ui-monospace, monospace; }
  @media (max-width: 640px) { #mails { grid-template-columns: 1fr; grid-template-rows: 40% 1fr; } #list { border-right: 0; border-bottom: 1px solid var(--line); } }
`;

export const INBOXES_PAGE = listPage({
  title: 'Inboxes',
  about: 'what was mailed, where it arrived',
  key: 'address',
  noun: 'mail',
  empty: 'No inbox has received anything yet.',
});

export const INBOX_PAGE = page(
  'Inbox',
  STYLE,
  `<main aria-label="Simulated inbox"><header><a href="/simulators/inbox">‹ Inboxes</a> <b id="address"></b></header>
<div id="state"></div><div id="mails"><ul id="list"></ul><section id="mail" aria-label="Mail"><p class="empty">Nothing yet. Mails appear here as they arrive.</p></section></div></main>`,
  `${POLL}
  const make = (tag, textContent, more) => Object.assign(document.createElement(tag), { textContent, ...more });
  const address = decodeURIComponent(location.pathname.split('/').pop());
  document.getElementById('address').textContent = address;
  document.title = address + ' · Lifeline';
  const pane = document.getElementById('mail');
  let open = '', asText = false;
  function draw(mail) {
    open = mail.id;
    const about = make('div', '', { id: 'about' });
    const way = make('button', asText ? 'Show as HTML' : 'Show plain text');
    way.onclick = () => { asText = !asText; draw(mail); };
    about.append(make('b', mail.subject), make('p', mail.from + ' · ' + new Date(mail.at).toLocaleString() + ' · ' + mail.provider), way);
    const body = asText ? make('pre', mail.text) : make('iframe', '', { title: mail.subject,
      src: '/simulators/inbox/' + encodeURIComponent(address) + '/' + encodeURIComponent(mail.id) });
    if (!asText) body.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox');
    pane.replaceChildren(about, body);
    for (const row of list.children) row.firstChild.setAttribute('aria-current', row.dataset.id === open);
  }
  function show(items) {
    const newest = [...items].reverse();
    list.replaceChildren(...newest.map((mail) => {
      const button = make('button', '');
      button.append(make('b', mail.subject), make('span', new Date(mail.at).toLocaleTimeString() + ' · ' + mail.provider));
      button.onclick = () => draw(mail);
      const row = make('li', '');
      row.dataset.id = mail.id;
      row.append(button);
      return row;
    }));
    const current = newest.find(({ id }) => id === open) ?? newest[0];
    if (current) { if (current.id === open) draw(current); else if (!open) draw(current); }
  }
  poll();`,
);
