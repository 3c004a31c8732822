/**
 * Prints the page behind docs/images/channels.png: one incident on five channels, laid out from what is really sent.
 * Slack and Teams are drawn by hand here, as near to the real ones as a few lines get.
 *
 *   node scripts/channels-picture.ts > channels.html
 *   chromium --headless --hide-scrollbars --window-size=1600,810 --screenshot=docs/images/channels.png channels.html
 */
import { escapeHtml } from '../lambdas/core/content/text.ts';
import { renderings } from './render-content.ts';

const files = renderings();
const file = (name: string): string => files[name] ?? '';
const json = (name: string) => JSON.parse(file(name)) as { blocks: Block[]; body: Card[]; actions: Card[] };
const said = (name: string, part: string): string => file(name).split(`${part}\n  `)[1]?.split('\n')[0] ?? '';

interface Text {
  text: string;
}
interface Block {
  type: string;
  text?: Text;
  fields?: Text[];
  elements?: { text: Text; style?: string }[];
}
interface Card {
  type: string;
  title?: string;
  style?: string;
  items?: Card[];
  inlines?: { text: string; weight?: string; size?: string }[];
  facts?: { title: string; value: string }[];
}

const markup = (text: string): string =>
  text
    .replace(/<!date\^(\d+)\^[^|]*\|[^>]*>/g, (_, at) => `Today at ${new Date(at * 1000).toISOString().slice(11, 16)}`)
    .replace(/<(https?:[^|]*)\|([^>]*)>/g, '<a>$2</a>')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>')
    .replaceAll('\n', '<br>');

function slackBlock({ type, text, fields, elements }: Block): string {
  if (type === 'header') return `<h3>${text?.text.replace('🔴', '<span class=dot></span>')}</h3>`;
  if (type === 'actions') {
    return `<div class=buttons>${elements?.map((e) => `<i class="${e.style ?? ''}">${e.text.text}</i>`).join('')}</div>`;
  }
  if (fields) return `<div class=fields>${fields.map((field) => `<div>${markup(field.text)}</div>`).join('')}</div>`;
  return `<p>${markup(text?.text ?? '')}</p>`;
}

function card({ type, style, items, inlines, facts }: Card): string {
  if (type === 'Container') return `<div class="band ${style}">${items?.map(card).join('')}</div>`;
  if (facts) return `<dl>${facts.map((f) => `<dt>${f.title}</dt><dd>${f.value}</dd>`).join('')}</dl>`;
  return `<p class="${inlines?.[0]?.size ?? ''}">${inlines?.map((run) => escapeHtml(run.text)).join('')}</p>`;
}

const slack = json('slack/new-incident.json');
const answered = json('slack/acknowledged.json').blocks.filter(({ type, fields }) => type !== 'header' && !fields);
const teams = json('teams/new-incident.json');
const push = JSON.parse(file('push/new-incident.json')) as { title: string; body: string };
const subject = /^Subject: (.*)$/m.exec(file('email/new-incident.txt'))?.[1] ?? '';
const from = `<div class=from><span class=mark>L</span><b>Lifeline</b><span class=app>APP</span><time>10:00</time></div>`;
const panel = (name: string, inner: string, kind = ''): string =>
  `<section class="${kind}"><h2>${name}</h2><div class=sheet>${inner}</div></section>`;

console.log(`<!doctype html><meta charset=utf-8><style>
*{box-sizing:border-box}body{margin:0;padding:36px;width:1600px;background:#e6ebf3;color:#1d2433;font:15px/22px Inter,sans-serif}
main{display:grid;grid-template-columns:540px 1fr 1fr;gap:28px;align-items:start}main>div{display:grid;gap:24px}
h2{margin:0 0 10px 4px;font-size:14px;line-height:20px;color:#5d687a;font-weight:600}p{margin:0}b{font-weight:650}
.sheet{background:#fff;border-radius:14px;box-shadow:0 10px 30px #1d243318;padding:20px 22px;overflow:hidden}
.mail .sheet{padding:0}.subject{padding:18px 22px 14px;border-bottom:1px solid #e4e8ef}.subject b{font-size:17px;display:block}.subject span{color:#5d687a;font-size:13px}
iframe{border:0;width:540px;height:628px;display:block}
.from{display:flex;align-items:center;gap:8px;margin-bottom:10px}.mark{background:#101319;color:#fff;border-radius:7px;width:30px;height:30px;display:grid;place-items:center;font-weight:700}
.app{background:#e4e8ef;color:#5d687a;font-size:10px;line-height:15px;padding:0 4px;border-radius:3px;font-weight:600}time{color:#7b8698;font-size:12px}
.dot{display:inline-block;width:17px;height:17px;border-radius:50%;background:#d92d20;vertical-align:-2px}h3{margin:0 0 10px;font-size:18px;line-height:24px}.fields{display:grid;grid-template-columns:1fr 1fr;gap:10px 16px;margin-bottom:12px}a{color:#1264a3}.note{color:#5d687a;font-size:13px}
.buttons{display:flex;gap:10px;margin-top:14px}.buttons i{font-style:normal;font-weight:650;font-size:14px;padding:6px 14px;border:1px solid #c3cad6;border-radius:7px}
.buttons .primary,.buttons .positive{background:#007a5a;border-color:#007a5a;color:#fff}.teams .positive{background:#5b5fc7;border-color:#5b5fc7}
.band{margin:-20px -22px 14px;padding:14px 22px}.attention{background:#fde7e9;color:#a80000}.large{font-size:19px;line-height:26px;font-weight:650}
dl{display:grid;grid-template-columns:110px 1fr;gap:4px 12px;margin:0 0 12px}dt{font-weight:650}dd{margin:0}
.phone .sheet{background:#101319;padding:22px;display:grid;gap:14px}.bubble{background:#2a2f3a;color:#fff;border-radius:18px 18px 18px 5px;padding:10px 15px;max-width:330px}
.me{background:#0b5fde;border-radius:18px 18px 5px 18px;justify-self:end}.bubble b{color:#ff8f85}.lock{background:#ffffff22;color:#fff;border-radius:14px;padding:11px 15px}.lock small{color:#c3cad6;display:block;font-size:12px;line-height:16px}
.row .sheet{display:flex;justify-content:space-between;align-items:center;padding:14px 22px}.row .buttons{margin:0}
.call .sheet{display:grid;grid-template-columns:44px 1fr;gap:14px;align-items:start}.ring{width:44px;height:44px;border-radius:50%;background:#12b76a;color:#fff;display:grid;place-items:center;font-size:21px}
.call p{font-size:16px;line-height:25px}.keys{display:flex;gap:8px;margin-top:12px}.keys span{border:1px solid #c3cad6;border-radius:8px;padding:4px 11px;font-size:13px}
</style><main>
${panel('E-mail', `<div class=subject><b>${escapeHtml(subject)}</b><span>Lifeline · to alice@example.com · 10:00</span></div><iframe srcdoc="${escapeHtml(file('email/new-incident.html'))}"></iframe>`, 'mail')}
<div>${panel('Slack', from + slack.blocks.map(slackBlock).join(''))}
${panel('Phone: push and text message', `<div class=lock><small>Lifeline · now</small><b>${push.title}</b><br>${escapeHtml(push.body)}</div><div class=bubble>${said('sms/en.txt', 'new incident').replace(/^\[\w+\]/, '<b>$&</b>')}</div><div class="bubble me">ACK 7K3</div>`, 'phone')}</div>
<div>${panel('Teams', `${teams.body.map(card).join('')}<div class=buttons>${teams.actions.map((a) => `<i class="${a.style ?? ''}">${a.title}</i>`).join('')}</div>`, 'teams')}
${panel('Call', `<span class=ring>✆</span><div><p>“${said('calls/en.txt', 'script')}”</p><div class=keys><span><b>1</b> acknowledge</span><span><b>2</b> details</span><span><b>9</b> escalate</span></div></div>`, 'call')}
${panel('Slack, once somebody has it', answered.map(slackBlock).join(''), 'row')}</div>
</main>`);
