/** The providers Lifeline talks to, on this machine: nothing leaves it, and they misbehave on request (contract §3). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed, notFound, Problem, readBody, sendJson, sendProblem } from './http.ts';
import { ModeSwitch, parseMode } from './modes.ts';
import { handlePhones } from './phones.ts';
import { Store } from './store.ts';
import { type TwilioAccount, TwilioApi } from './twilio/api.ts';
import { startCallbacks } from './twilio/callbacks.ts';

export interface Simulators {
  /** Answers every request whose path is `/simulators` or below. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** Ends open requests and callbacks; what is undone goes on at the next start. */
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  /** Kept over restarts; deleting it starts afresh. */
  dataDir: string;
  /** Where `handle` is reachable: `http://127.0.0.1:3000/simulators`. */
  baseUrl: string;
  twilio: TwilioAccount;
  /** One line per text that reaches a phone, the number masked. */
  log(line: string): void;
}

export async function startSimulators(options: SimulatorOptions): Promise<Simulators> {
  const { dataDir, baseUrl, twilio: account, log } = options;
  const store = new Store(dataDir);
  const stopping = new AbortController();
  const callbacks = startCallbacks(store, account.authToken);
  const modes: Record<string, ModeSwitch> = { twilio: new ModeSwitch(store, 'twilio') };
  const twilioModes = modes.twilio as ModeSwitch;
  const twilio = new TwilioApi({ account, store, modes: twilioModes, callbacks, log, stopping: stopping.signal });

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (req.url ?? '').split('?', 2);
    const [, root, name, ...rest] = path.split('/');
    if (root !== 'simulators') throw notFound('No such page.');
    if (name === undefined || name === '') return index(req, res);
    if (name === 'phones') return handlePhones(req, res, rest, store);
    const provider = Object.hasOwn(modes, name) ? modes[name] : undefined;
    if (!provider) throw notFound(`There is no simulator "${name}". There are: ${Object.keys(modes).join(', ')}.`);
    if (rest.length === 0 || (rest.length === 1 && rest[0] === '')) return mode(req, res, provider);
    return twilio.handle(req, res, `/${rest.join('/')}`, new URLSearchParams(query));
  }

  function index(req: IncomingMessage, res: ServerResponse): void {
    if (req.method !== 'GET') throw methodNotAllowed('GET');
    const items = Object.entries(modes).map(([name, m]) => ({ name, url: `${baseUrl}/${name}`, ...m.current }));
    const phones = store.phones().map((p) => ({ ...p, url: `${baseUrl}/phones/${p.phone}` }));
    sendJson(res, 200, { items, phones });
  }

  async function mode(req: IncomingMessage, res: ServerResponse, provider: ModeSwitch): Promise<void> {
    if (req.method === 'PUT') provider.set(parseMode(await readBody(req)));
    else if (req.method !== 'GET') throw methodNotAllowed('GET, PUT');
    sendJson(res, 200, provider.current);
  }

  return {
    handle: (req, res) => route(req, res).catch((error) => sendProblem(res, asProblem(error, log))),
    async stop() {
      stopping.abort();
      await callbacks.stop();
      store.close();
    },
  };
}

function asProblem(error: unknown, log: (line: string) => void): Problem {
  if (error instanceof Problem) return error;
  // A caller that hangs up while its body is read ends here too; then nobody hears the answer.
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  if (message !== 'aborted') log(`simulators: ${name}: ${message}`);
  return new Problem(500, 'Internal error', 'The simulator failed; its output says why.');
}
