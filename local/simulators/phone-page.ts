/** A phone in the browser: texts and calls as chat bubbles, a box to text back, and the call that rings or is open. */
import { page } from './phone-style.ts';

const OWN_STYLE = `
  header a { position: absolute; left: 16px; top: 22px; text-decoration: none; font-size: 14px; }
  #list { flex: 1; overflow-y: auto; padding: 16px 14px 22px; display: flex; flex-direction: column; gap: 4px; }
  .day { align-self: center; color: var(--dim); font-size: 12px; margin: 10px 0 6px; }
  .item { max-width: 86%; align-self: flex-start; animation: in .25s ease-out; }
  .item.mine { align-self: flex-end; text-align: right; }
  .bubble { background: var(--bubble); border-radius: 18px 18px 18px 5px; padding: 9px 13px; white-space: pre-wrap;
    overflow-wrap: anywhere; text-align: left; }
  .mine .bubble { background: var(--mine); color: var(--on); border-radius: 18px 18px 5px 18px; }
  .bubble b { color: var(--urgent); } .bubble b.high { color: var(--high); } .bubble b.calm { color: inherit; }
  .meta { color: var(--dim); font-size: 11px; margin: 3px 4px 9px; }
  form { display: flex; gap: 8px; padding: 10px 12px 14px; border-top: 1px solid var(--line); }
  input { flex: 1; min-width: 0; font: inherit; font-size: 16px; color: inherit; background: var(--bubble); border: 0;
    border-radius: 20px; padding: 9px 15px; }
  button { font: inherit; font-weight: 600; color: var(--on); background: var(--mine); border: 0; border-radius: 20px;
    padding: 9px 16px; cursor: pointer; }
  button:disabled { opacity: .5; }
  .call .bubble::before { content: '☎ '; } .call .bubble { border-left: 3px solid var(--mine); }
  #call { padding: 14px 16px; border-top: 1px solid var(--line); display: grid; gap: 10px; }
  #call[hidden] { display: none; }
  #call p { margin: 0; font-size: 14px; } #call b { display: block; }
  #call div { display: flex; flex-wrap: wrap; gap: 8px; }
  #call button { flex: 1 1 auto; } #call .decline { background: var(--urgent); }
  #error { color: var(--urgent); font-size: 13px; margin: 0; padding: 0 16px; } #error:not(:empty) { padding: 8px 16px 0; }
  @keyframes in { from { opacity: 0; transform: translateY(8px); } }
  @media (prefers-reduced-motion: reduce) { .item { animation: none; } }
`;

const SCRIPT = `
  const phone = '+' + decodeURIComponent(location.pathname.split('/').pop()).replace(/^\\+/, '').trim();
  const list = document.getElementById('list'), state = document.getElementById('state');
  const form = document.forms[0], error = document.getElementById('error');
  document.getElementById('phone').textContent = phone;
  document.title = phone + ' · Lifeline';
  const panel = document.getElementById('call');
  const ENDED = { completed: 'ended', busy: 'declined or busy', 'no-answer': 'missed', canceled: 'cancelled by the caller', failed: 'failed' };
  const isLive = ({ status }) => status === 'queued' || status === 'ringing' || status === 'in-progress';
  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
  let shown = 0, day = '';
  // Links in texts can be followed, as on a phone; ours only, and their text is what it is.
  function linked(text) {
    return text.split(/(https?:\\/\\/\\S+)/).map((part, i) =>
      i % 2 ? Object.assign(make('a', '', part), { href: part, target: '_blank', rel: 'noopener noreferrer' }) : part);
  }
  function bubble(item) {
    const box = make('div', 'bubble', '');
    const tag = item.to ? null : /^(\\[[A-Z0-9-]+\\])+/.exec(item.body);
    if (tag) {
      const tone = /CRITICAL/.test(tag[0]) ? '' : /HIGH/.test(tag[0]) ? 'high' : 'calm';
      box.append(make('b', tone, tag[0]));
    }
    box.append(...linked(item.body.slice(tag ? tag[0].length : 0)));
    return box;
  }
  // A call changes while it lasts: then the list is drawn anew.
  let calls = '';
  function show({ items, sent }) {
    const all = [...items, ...sent].sort((a, b) => a.at < b.at ? -1 : 1);
    ring(all.findLast((item) => item.kind === 'call' && isLive(item)));
    const now = JSON.stringify(all.filter(({ kind }) => kind === 'call'));
    if (all.length < shown || now !== calls) { list.replaceChildren(); shown = 0; day = ''; }
    calls = now;
    if (all.length === 0 && !list.firstChild) list.append(make('p', 'empty', 'Nothing yet. Texts appear here as they arrive.'));
    if (all.length === shown) return;
    if (shown === 0) list.replaceChildren();
    for (const item of all.slice(shown)) {
      const at = new Date(item.at), date = at.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
      if (date !== day) list.append(make('div', 'day', day = date));
      const row = make('div', (item.to ? 'item mine' : 'item') + (item.kind === 'call' ? ' call' : ''), '');
      const state = item.kind === 'call' ? ' · ' + (ENDED[item.status] || item.status) : '';
      const whom = (item.to ? 'to ' + item.to : item.from + ' · ' + item.provider) + state;
      row.append(bubble(item), make('div', 'meta', at.toLocaleTimeString() + ' · ' + whom));
      list.append(row);
    }
    shown = all.length;
    document.getElementById('count').textContent = items.length + (items.length === 1 ? ' message' : ' messages');
    list.scrollTop = list.scrollHeight;
  }
  let ringing = '';
  function ring(call) {
    const now = call ? call.id + call.status : '';
    panel.hidden = !call;
    if (call) panel.querySelector('span').textContent = call.status === 'in-progress' ? 'On the line' : 'Ringing';
    if (call) panel.querySelector('b').textContent = call.to || call.from + ' · ' + call.provider;
    if (now && now !== ringing && call.status === 'ringing') panel.querySelector('button').focus();
    ringing = now;
  }
  panel.addEventListener('click', async (event) => {
    const { action, digits } = event.target.dataset;
    if (!action) return;
    error.textContent = '';
    try {
      const done = await fetch(location.pathname + '/' + action, { method: 'POST', body: JSON.stringify({ digits }) });
      if (!done.ok) error.textContent = (await done.json()).detail;
    } catch { error.textContent = 'The local run does not answer.'; }
    await refresh().catch(() => {});
  });
  async function refresh() {
    show(await (await fetch(location.pathname, { headers: { Accept: 'application/json' } })).json());
  }
  async function poll() {
    try { await refresh(); state.className = ''; } catch { state.className = 'off'; }
    setTimeout(poll, 1000);
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = form.text.value, button = form.querySelector('button');
    if (!text.trim()) return;
    button.disabled = true;
    error.textContent = '';
    try {
      const reply = await fetch(location.pathname + '/reply', { method: 'POST', body: JSON.stringify({ body: text }) });
      if (reply.ok) form.reset(); else error.textContent = (await reply.json()).detail;
    } catch { error.textContent = 'Could not be sent: the local run does not answer.'; }
    button.disabled = false;
    form.text.focus();
    await refresh().catch(() => {});
  });
  poll();
`;

export const PHONE_PAGE = page(
  'Phone',
  OWN_STYLE,
  `<main aria-label="Simulated phone"><header><a href="/simulators/phones" aria-label="All phones">‹ Phones</a><b id="phone"></b><span id="count">no messages</span></header>
<div id="state"></div><div id="list" role="log" aria-live="polite"></div><section id="call" aria-label="Call" hidden><p role="status"><b></b><span></span></p><div>
<button data-action="answer">Answer</button><button data-action="keypress" data-digits="1">1 Acknowledge</button>
<button data-action="keypress" data-digits="2">2 Details</button><button data-action="keypress" data-digits="9">9 Escalate</button>
<button class="decline" data-action="decline">Decline</button></div></section>
<p id="error" role="alert"></p>
<form autocomplete="off"><input name="text" aria-label="Text back" placeholder="Text back, e.g. ACK" maxlength="1600"><button>Send</button></form></main>`,
  SCRIPT,
);
