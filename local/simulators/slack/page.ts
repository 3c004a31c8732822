/** A person's direct messages, or a channel, in the browser: the blocks as Slack shows them, with buttons that work. */
import { page } from '../phone-style.ts';

const OWN_STYLE = `
  header a { position: absolute; left: 16px; top: 22px; text-decoration: none; font-size: 14px; }
  #list { flex: 1; overflow-y: auto; padding: 14px; display: flex; flex-direction: column; gap: 12px; }
  article { border-left: 4px solid var(--line); padding: 4px 0 4px 12px; overflow-wrap: anywhere; }
  article h2 { font-size: 17px; margin: 0 0 6px; line-height: 1.25; } article p { margin: 0 0 6px; white-space: pre-wrap; }
  .context { color: var(--dim); font-size: 12.5px; } code { background: var(--bubble); border-radius: 4px; padding: 1px 4px; }
  .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 12px; margin: 0 0 6px; }
  nav { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 4px; }
  button, nav a { font: inherit; font-weight: 600; color: inherit; background: var(--screen); border: 1px solid var(--line);
    border-radius: 6px; padding: 5px 13px; cursor: pointer; text-decoration: none; }
  .primary { background: #007a5a; border-color: #007a5a; color: #fff; } .danger { background: #d01e3f; border-color: #d01e3f; color: #fff; }
  button:disabled { opacity: .5; } .meta { color: var(--dim); font-size: 11px; }
  .whisper { border-left-style: dashed; } hr { border: 0; border-top: 1px solid var(--line); margin: 6px 0; }
  form { display: flex; gap: 8px; padding: 10px 12px 14px; border-top: 1px solid var(--line); align-items: center; }
  input { flex: 1; min-width: 0; font: inherit; font-size: 16px; color: inherit; background: var(--bubble); border: 0;
    border-radius: 8px; padding: 9px 12px; }
  #error { color: var(--urgent); font-size: 13px; margin: 0; padding: 0 16px; }
`;

const SCRIPT = `
  const id = decodeURIComponent(location.pathname.split('/').pop());
  const isUser = /^[UW]/.test(id), here = location.pathname;
  const list = document.getElementById('list'), state = document.getElementById('state');
  const error = document.getElementById('error'), form = document.forms[0];
  document.getElementById('name').textContent = id;
  document.title = id + ' · Lifeline';
  form.hidden = !isUser;
  const make = (tag, className, textContent) => Object.assign(document.createElement(tag), { className, textContent });
  const plain = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
  const isLink = (url) => /^https?:$/.test(URL.parse(url)?.protocol ?? '');
  const link = (url, text, className) =>
    Object.assign(make('a', className ?? '', text), { href: url, target: '_blank', rel: 'noopener noreferrer' });
  // Bold, code and links; every text enters as textContent.
  function marked(text) {
    return text.split(/(\\*[^*\\n]+\\*|\`[^\`\\n]+\`|<[^>\\n]+>)/).map((part, i) => {
      if (i % 2 === 0) return plain(part);
      if (part[0] === '*') return make('b', '', plain(part.slice(1, -1)));
      if (part[0] === '\`') return make('code', '', plain(part.slice(1, -1)));
      const [url, label = url] = part.slice(1, -1).split('|');
      return isLink(plain(url)) ? link(plain(url), plain(label)) : plain(label);
    });
  }
  function textBox(tag, className, text) {
    const box = make(tag, className, '');
    box.append(...(text?.type === 'plain_text' ? [plain(text.text)] : marked(text?.text ?? '')));
    return box;
  }
  function button(one, message) {
    const label = plain(one.text?.text ?? '');
    if (one.url && isLink(one.url)) return link(one.url, label, one.style);
    const made = make('button', one.style ?? '', label);
    made.onclick = () => act('click', { messageId: message.id, actionId: one.action_id }, made);
    return made;
  }
  function block(one, message) {
    if (one.type === 'header') return [textBox('h2', '', one.text)];
    if (one.type === 'divider') return [make('hr', '', '')];
    if (one.type === 'context') return one.elements.map((part) => textBox('p', 'context', part));
    if (one.type === 'actions') {
      const row = make('nav', '', '');
      row.append(...one.elements.filter((part) => part.type === 'button').map((part) => button(part, message)));
      return [row];
    }
    if (one.type !== 'section') return [];
    const fields = make('div', 'fields', '');
    fields.append(...(one.fields ?? []).map((field) => textBox('p', '', field)));
    return [...(one.text ? [textBox('p', '', one.text)] : []), ...(one.fields ? [fields] : []),
      ...(one.accessory?.type === 'button' ? [button(one.accessory, message)] : [])];
  }
  function article(message) {
    const box = make('article', message.whisper ? 'whisper' : '', '');
    const blocks = message.blocks?.length ? message.blocks : [{ type: 'section', text: { type: 'mrkdwn', text: message.text } }];
    box.append(...blocks.flatMap((one) => block(one, message)));
    const note = message.whisper ? 'only you see this' : message.updatedAt ? 'changed ' + new Date(message.updatedAt).toLocaleTimeString() : '';
    box.append(make('div', 'meta', new Date(message.at).toLocaleTimeString() + (note && ' · ' + note)));
    return box;
  }
  const whispers = [];
  const whisper = (text) => whispers.push({ whisper: true, at: new Date().toISOString(), text });
  let shown = '';
  async function refresh() {
    const { items } = await (await fetch(here, { headers: { Accept: 'application/json' } })).json();
    const all = [...items, ...whispers].sort((a, b) => a.at < b.at ? -1 : 1), now = JSON.stringify(all);
    if (now === shown) return;
    shown = now;
    list.replaceChildren(...all.map(article));
    if (all.length === 0) list.append(make('p', 'empty', 'Nothing yet. Messages appear here as they arrive.'));
    list.scrollTop = list.scrollHeight;
  }
  async function act(what, body, pressed) {
    pressed.disabled = true;
    error.textContent = '';
    try {
      // In a channel somebody has to be the one who clicks.
      const path = isUser ? here : here.replace(/[^/]+$/, 'U0SOMEBODY');
      const reply = await fetch(path + '/' + what, { method: 'POST', body: JSON.stringify(body) });
      const { detail, status, answer, ephemeral = [] } = await reply.json();
      if (!reply.ok) error.textContent = detail;
      else if (status !== 200) error.textContent = 'Lifeline answers ' + status + '.';
      if (what === 'command' && answer?.text) whisper(answer.text);
      ephemeral.forEach(whisper);
    } catch { error.textContent = 'The local run does not answer.'; }
    pressed.disabled = false;
    await refresh().catch(() => {});
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await act('command', { text: form.text.value.replace(/^\\/?oncall\\s*/, '') }, form.querySelector('button'));
    form.reset();
    form.text.focus();
  });
  async function poll() {
    try { await refresh(); state.className = ''; } catch { state.className = 'off'; }
    setTimeout(poll, 1000);
  }
  poll();
`;

export const SLACK_PAGE = page(
  'Slack',
  OWN_STYLE,
  `<main aria-label="Simulated Slack"><header><a href="/simulators/slack" aria-label="All conversations">‹ Slack</a><b id="name"></b><span>messages of the app</span></header>
<div id="state"></div><div id="list" role="log" aria-live="polite"></div><p id="error" role="alert"></p>
<form autocomplete="off"><span>/oncall</span><input name="text" aria-label="/oncall" placeholder="ack, resolve, list" maxlength="200"><button>Send</button></form></main>`,
  SCRIPT,
);
