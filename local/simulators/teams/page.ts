/** The Teams channel in the browser: the cards as they were posted, with their links. */
import { POLL } from '../list-page.ts';
import { page } from '../phone-style.ts';

const OWN_STYLE = `
  #list { flex: 1; overflow-y: auto; padding: 14px; display: flex; flex-direction: column; gap: 12px; }
  article { border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-wrap: anywhere; }
  article p { margin: 0 0 6px; white-space: pre-wrap; } .strong { font-weight: 600; } .large { font-size: 17px; }
  .attention { color: var(--urgent); } .warning { color: var(--high); } .subtle { color: var(--dim); }
  section { margin: 0 0 8px; } section[class] { border-left: 4px solid var(--line); padding: 4px 0 4px 10px; }
  section p:last-child { margin: 0; } section.attention { border-color: var(--urgent); }
  section.warning { border-color: var(--high); } section.accent { border-color: var(--link); }
  section.good { border-color: #12b76a; } section p { color: var(--text); } section p .subtle { color: var(--dim); }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 6px 0; } dd { margin: 0; }
  dt { font-weight: 600; }
  nav { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
  nav a { border: 1px solid var(--line); border-radius: 5px; padding: 5px 12px; text-decoration: none; font-weight: 600; }
  .meta { color: var(--dim); font-size: 11px; } .problem { color: var(--urgent); font-size: 12px; }
`;

/** Of a fact's Markdown only the backslashes are known here, by which what others wrote keeps its meaning. */
const SCRIPT = `${POLL}
  const make = (tag, className, textContent) => Object.assign(document.createElement(tag), { className, textContent });
  const isLink = (url) => /^https?:$/.test(URL.parse(url)?.protocol ?? '');
  const plain = (markdown) => markdown.replace(/\\\\([!-/:-@[-\`{-~])/g, '$1');
  const toneOf = ({ weight, size, isSubtle, color }) => [/bolder/i.test(weight) && 'strong', /large/i.test(size) && 'large',
    isSubtle && 'subtle', String(color ?? '').toLowerCase()].filter(Boolean).join(' ');
  function facts(all) {
    const box = make('dl', '', '');
    for (const fact of all) box.append(make('dt', '', plain(fact.title)), make('dd', '', plain(fact.value)));
    return box;
  }
  function actions(all) {
    const box = make('nav', '', '');
    for (const { title, url } of all) {
      if (isLink(url)) box.append(Object.assign(make('a', '', title), { href: url, target: '_blank', rel: 'noreferrer' }));
    }
    return box;
  }
  function element(one) {
    if (one.type === 'FactSet') return [facts(one.facts ?? [])];
    if (one.type === 'ActionSet') return [actions(one.actions ?? [])];
    if (one.type === 'Container') {
      const box = make('section', one.style ?? '', '');
      box.append(...(one.items ?? []).flatMap(element));
      return [box];
    }
    if (one.type === 'RichTextBlock') {
      const line = make('p', '', '');
      line.append(...(one.inlines ?? []).map((run) => make('span', toneOf(run), run.text ?? run)));
      return [line];
    }
    if (one.type === 'ColumnSet') return (one.columns ?? []).flatMap((column) => column.items ?? []).flatMap(element);
    return one.type === 'TextBlock' ? [make('p', toneOf(one), plain(one.text))] : [];
  }
  function show(items) {
    list.replaceChildren(...items.map(({ at, webhook, card, problem }) => {
      const box = make('article', '', '');
      box.append(...(card.body ?? []).flatMap(element), actions(card.actions ?? []));
      box.append(make('div', 'meta', new Date(at).toLocaleTimeString() + ' · ' + webhook));
      if (problem) box.append(make('div', 'problem', 'Not posted: ' + problem));
      return box;
    }));
    if (items.length === 0) list.append(make('p', 'empty', 'No card has been posted yet.'));
    list.scrollTop = list.scrollHeight;
  }
  poll();
`;

export const TEAMS_PAGE = page(
  'Teams',
  OWN_STYLE,
  `<main aria-label="Simulated Teams channel"><header><b>Teams</b><span>what workflows were given to post</span></header>
<div id="state"></div><div id="list" role="log" aria-live="polite"></div></main>`,
  SCRIPT,
);
