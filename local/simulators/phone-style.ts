/** What the phone in the browser and the list of phones share. Self-contained; every text enters as textContent. */
export const PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  Vary: 'Accept',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'",
};

export const STYLE = `
  :root { color-scheme: light dark; --desk: #e7ebf2; --case: #10131a; --screen: #fff; --text: #11151c; --dim: #5f6878;
    --bubble: #e9edf4; --mine: #0b5fd8; --on: #fff; --urgent: #d92d20; --high: #b54708; --line: #dde2ea; --link: #0b5fd8; }
  @media (prefers-color-scheme: dark) { :root { --desk: #0b0e14; --case: #05070a; --screen: #12161f; --text: #eef1f6;
    --dim: #93a0b4; --bubble: #232a37; --mine: #2f7bff; --urgent: #ff6f61; --high: #ffb454; --line: #252d3a;
    --link: #7fb2ff; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--desk); color: var(--text);
    font: 15px/1.4 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; padding: 24px 12px; }
  main { width: min(390px, 100%); height: min(780px, calc(100vh - 48px)); background: var(--screen); display: flex;
    flex-direction: column; border: 10px solid var(--case); border-radius: 44px; overflow: hidden;
    box-shadow: 0 24px 60px rgb(16 24 40 / .28); }
  header { padding: 18px 20px 12px; border-bottom: 1px solid var(--line); text-align: center; position: relative; }
  header b { display: block; font-size: 16px; letter-spacing: .01em; }
  header span { color: var(--dim); font-size: 12px; }
  .empty { margin: auto; color: var(--dim); text-align: center; padding: 0 24px; }
  #state { height: 3px; background: #12b76a; transition: background .3s; } #state.off { background: var(--urgent); }
  a { color: var(--link); }
  :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;

/** A page with this title, style and script inside the case of a phone. */
export const page = (title: string, style: string, body: string, script: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>${title} · Lifeline</title><style>${STYLE}${style}</style></head>
<body>${body}<script>${script}</script></body></html>
`;
