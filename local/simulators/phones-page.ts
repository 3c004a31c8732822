/** The phones there are, in the browser. */
import { page } from './phone-style.ts';

const OWN_STYLE = `
  #list { flex: 1; overflow-y: auto; list-style: none; margin: 0; padding: 6px 0; display: flex; flex-direction: column; }
  #list a { display: flex; gap: 12px; align-items: baseline; padding: 13px 20px; border-bottom: 1px solid var(--line);
    color: inherit; text-decoration: none; }
  #list a:hover { background: var(--bubble); }
  #list b { flex: 1; font-size: 16px; font-variant-numeric: tabular-nums; }
  #list span { color: var(--dim); font-size: 12px; }
`;

const SCRIPT = `
  const list = document.getElementById('list'), state = document.getElementById('state');
  const make = (tag, textContent, more) => Object.assign(document.createElement(tag), { textContent, ...more });
  let shown = '';
  function show(items) {
    const now = JSON.stringify(items);
    if (now === shown) return;
    shown = now;
    list.replaceChildren(...items.map(({ phone, count, lastAt }) => {
      const link = make('a', '', { href: '/simulators/phones/' + encodeURIComponent(phone) });
      link.append(make('b', phone), make('span', count + (count === 1 ? ' message' : ' messages')),
        make('span', new Date(lastAt).toLocaleTimeString()));
      const row = make('li', '');
      row.append(link);
      return row;
    }));
    if (items.length === 0) list.append(make('li', 'No phone has received anything yet. Page somebody, and the phone appears here.', { className: 'empty' }));
  }
  async function poll() {
    try {
      show((await (await fetch(location.pathname, { headers: { Accept: 'application/json' } })).json()).items);
      state.className = '';
    } catch { state.className = 'off'; }
    setTimeout(poll, 1000);
  }
  poll();
`;

export const PHONES_PAGE = page(
  'Phones',
  OWN_STYLE,
  `<main aria-label="Simulated phones"><header><b>Phones</b><span>what was sent, where it arrived</span></header>
<div id="state"></div><ul id="list"></ul></main>`,
  SCRIPT,
);
