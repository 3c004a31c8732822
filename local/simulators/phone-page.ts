/** A phone in the browser: what it received, as chat bubbles. Self-contained; every text enters as textContent. */
export const PHONE_PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  Vary: 'Accept',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'",
};

const STYLE = `
  :root { color-scheme: light dark; --desk: #e7ebf2; --case: #10131a; --screen: #fff; --text: #11151c; --dim: #6b7484;
    --bubble: #e9edf4; --urgent: #d92d20; --high: #b54708; --line: #dde2ea; }
  @media (prefers-color-scheme: dark) { :root { --desk: #0b0e14; --case: #05070a; --screen: #12161f; --text: #eef1f6;
    --dim: #93a0b4; --bubble: #232a37; --urgent: #ff6f61; --high: #ffb454; --line: #252d3a; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--desk); color: var(--text);
    font: 15px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; padding: 24px 12px; }
  main { width: min(390px, 100%); height: min(780px, calc(100vh - 48px)); background: var(--screen); display: flex;
    flex-direction: column; border: 10px solid var(--case); border-radius: 44px; overflow: hidden;
    box-shadow: 0 24px 60px rgb(16 24 40 / .28); }
  header { padding: 18px 20px 12px; border-bottom: 1px solid var(--line); text-align: center; }
  header b { display: block; font-size: 16px; letter-spacing: .01em; }
  header span { color: var(--dim); font-size: 12px; }
  #list { flex: 1; overflow-y: auto; padding: 16px 14px 22px; display: flex; flex-direction: column; gap: 4px; }
  .day { align-self: center; color: var(--dim); font-size: 12px; margin: 10px 0 6px; }
  .item { max-width: 86%; align-self: flex-start; animation: in .25s ease-out; }
  .bubble { background: var(--bubble); border-radius: 18px 18px 18px 5px; padding: 9px 13px; white-space: pre-wrap;
    overflow-wrap: anywhere; }
  .bubble b { color: var(--urgent); } .bubble b.high { color: var(--high); } .bubble b.calm { color: inherit; }
  .meta { color: var(--dim); font-size: 11px; margin: 3px 4px 9px; }
  .empty { margin: auto; color: var(--dim); text-align: center; }
  #state { height: 3px; background: #12b76a; transition: background .3s; } #state.off { background: var(--urgent); }
  @keyframes in { from { opacity: 0; transform: translateY(8px); } }
  @media (prefers-reduced-motion: reduce) { .item { animation: none; } }
`;

const SCRIPT = `
  const phone = '+' + decodeURIComponent(location.pathname.split('/').pop()).replace(/^\\+/, '').trim();
  const list = document.getElementById('list'), state = document.getElementById('state');
  document.getElementById('phone').textContent = phone;
  document.title = phone + ' · Lifeline';
  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
  let shown = 0, day = '';
  function bubble(item) {
    const box = make('div', 'bubble', '');
    const tag = /^(\\[[A-Z0-9-]+\\])+/.exec(item.body);
    if (tag) {
      const tone = /CRITICAL/.test(tag[0]) ? '' : /HIGH/.test(tag[0]) ? 'high' : 'calm';
      box.append(make('b', tone, tag[0]));
    }
    box.append(item.body.slice(tag ? tag[0].length : 0));
    return box;
  }
  function show(items) {
    if (items.length < shown) { list.replaceChildren(); shown = 0; day = ''; }
    if (items.length === 0 && !list.firstChild) list.append(make('p', 'empty', 'Nothing yet. Texts appear here as they arrive.'));
    if (items.length === shown) return;
    if (shown === 0) list.replaceChildren();
    for (const item of items.slice(shown)) {
      const at = new Date(item.at), date = at.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
      if (date !== day) list.append(make('div', 'day', day = date));
      const row = make('div', 'item', '');
      row.append(bubble(item), make('div', 'meta', at.toLocaleTimeString() + ' · ' + item.from + ' · ' + item.provider));
      list.append(row);
    }
    shown = items.length;
    document.getElementById('count').textContent = shown + (shown === 1 ? ' message' : ' messages');
    list.scrollTop = list.scrollHeight;
  }
  async function poll() {
    try {
      const reply = await fetch(location.pathname, { headers: { Accept: 'application/json' } });
      show((await reply.json()).items);
      state.className = '';
    } catch { state.className = 'off'; }
    setTimeout(poll, 1000);
  }
  poll();
`;

export const PHONE_PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>Phone · Lifeline</title><style>${STYLE}</style></head>
<body><main aria-label="Simulated phone"><header><b id="phone"></b><span id="count">no messages</span></header>
<div id="state"></div><div id="list" role="log" aria-live="polite"></div></main><script>${SCRIPT}</script></body></html>
`;
