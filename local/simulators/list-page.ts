/** Lists of what the simulators took, in the browser: asked for every second, and drawn when something has changed. */
import { page } from './phone-style.ts';

/** Script of a page with a `#list` and a `#state`: calls the page's own `show(items)`; the page starts it with `poll()`. */
export const POLL = `
  const list = document.getElementById('list'), state = document.getElementById('state');
  let shown = '';
  async function poll() {
    try {
      const { items } = await (await fetch(location.pathname, { headers: { Accept: 'application/json' } })).json();
      const now = JSON.stringify(items);
      if (now !== shown) { shown = now; show(items); }
      state.className = '';
    } catch { state.className = 'off'; }
    setTimeout(poll, 1000);
  }
`;

const STYLE = `
  #list { flex: 1; overflow-y: auto; list-style: none; margin: 0; padding: 6px 0; display: flex; flex-direction: column; }
  #list a { display: flex; gap: 12px; align-items: baseline; padding: 13px 20px; border-bottom: 1px solid var(--line);
    color: inherit; text-decoration: none; }
  #list a:hover { background: var(--bubble); }
  #list b { flex: 1; font-size: 16px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; min-width: 0; }
  #list span { color: var(--dim); font-size: 12px; white-space: nowrap; }
`;

const SCRIPT = `${POLL}
  const make = (tag, textContent, more) => Object.assign(document.createElement(tag), { textContent, ...more });
  function show(items) {
    list.replaceChildren(...items.map((item) => {
      const link = make('a', '', { href: location.pathname.replace(/\\/$/, '') + '/' + encodeURIComponent(item[listed.key]) });
      link.append(make('b', item[listed.key]), make('span', item.count + ' ' + listed.noun + (item.count === 1 ? '' : 's')),
        make('span', new Date(item.lastAt).toLocaleTimeString()));
      const row = make('li', '');
      row.append(link);
      return row;
    }));
    if (items.length === 0) list.append(make('li', listed.empty, { className: 'empty' }));
  }
  poll();
`;

interface Words {
  title: string;
  /** Below the title. */
  about: string;
  /** What is listed: the field of an item that names it, and each item's own page. */
  key: string;
  /** What an item has `count` of, in the singular. */
  noun: string;
  /** Said when there is nothing. */
  empty: string;
}

/** The page of a list whose JSON, at the same address, is `{items: [{<key>, count, lastAt}]}`. */
export const listPage = ({ title, about, ...listed }: Words): string =>
  page(
    title,
    STYLE,
    `<main aria-label="Simulated ${title}"><header><b>${title}</b><span>${about}</span></header>
<div id="state"></div><ul id="list"></ul></main>`,
    `const listed = ${JSON.stringify(listed)};${SCRIPT}`,
  );
