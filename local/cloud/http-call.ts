/**
 * One HTTP request of the local run to a part of itself. `fetch` would do, and its streams cost more than all else that a
 * burst of pages makes this process do.
 */
import { Agent, type IncomingMessage, request } from 'node:http';

export interface HttpCall {
  url: string;
  method?: string;
  headers: Record<string, string>;
  body: string;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  /** 200 to 299. */
  ok: boolean;
  text: string;
}

/** More at once to one server wait for a connection. */
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/**
 * Rejects with Node's error (`code`), or with the signal's reason. A kept connection that its server has closed meanwhile
 * is not the request's fault: then it is made once more.
 */
export async function httpCall(call: HttpCall): Promise<HttpAnswer> {
  try {
    return await exchange(call);
  } catch (error) {
    if (call.signal?.aborted) throw call.signal.reason;
    if (!(error instanceof ClosedMeanwhile)) throw error;
    return exchange(call);
  }
}

class ClosedMeanwhile extends Error {}

function exchange({ url, method = 'POST', headers, body, signal }: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers, ...(signal && { signal }) });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const wasClosed = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(wasClosed ? new ClosedMeanwhile() : error);
    });
    outgoing.on('response', (incoming: IncomingMessage) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const status = incoming.statusCode ?? 0;
        resolve({ status, ok: status >= 200 && status <= 299, text: Buffer.concat(chunks).toString() });
      });
    });
    // Without a length Node would send it in chunks.
    outgoing.setHeader('content-length', Buffer.byteLength(body)).end(body);
  });
}
