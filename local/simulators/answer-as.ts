import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../cloud/http.ts';
import type { Mode } from './modes.ts';

const SLOW_MS = 2_000;

/** Lets a mode do to an answer what it is there for: hold it back, keep it for ever, or put nonsense in its place. */
export async function answerAs(
  mode: Mode,
  req: IncomingMessage,
  res: ServerResponse,
  stopping: AbortSignal,
  answer: () => void,
): Promise<void> {
  const latency = mode.latencyMs ?? (mode.mode === 'slow' ? SLOW_MS : 0);
  if (latency > 0) await sleep(latency, undefined, { signal: stopping }).catch(() => undefined);
  if (stopping.aborted) return void req.socket.destroy();
  if (mode.mode === 'hang') return keepOpen(req, res, stopping);
  if (mode.mode === 'garbage') return send(res, 200, 'text/html', '<!doctype html><title>Welcome</title><p>It works!');
  if (mode.mode === 'down')
    return send(res, 503, 'text/html', '<html><body><h1>503 Service Unavailable</h1></body></html>');
  answer();
}

/** Until the caller gives up, or until stop. */
function keepOpen(req: IncomingMessage, res: ServerResponse, stopping: AbortSignal): void {
  const end = () => req.socket.destroy();
  stopping.addEventListener('abort', end);
  res.once('close', () => stopping.removeEventListener('abort', end));
}
