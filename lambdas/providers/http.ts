import * as http from 'node:http';
import * as https from 'node:https';

export interface HttpRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Deadline of this exchange, instead of that of all. */
  timeoutMs?: number;
}

export interface HttpReply {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** One HTTP exchange, tried once. Rejects with HttpFailure and nothing else. */
export type Http = (request: HttpRequest) => Promise<HttpReply>;

/**
 * No complete answer came. `sent` is what decides whether a message may be out there: false only when not one byte of
 * the request can have reached the other side.
 */
export class HttpFailure extends Error {
  readonly sent: boolean;
  /** Node's code (`ECONNREFUSED`), or `ETIMEDOUT` for our deadline. */
  readonly code: string;
  constructor(code: string, sent: boolean) {
    super(`${code} ${sent ? 'after' : 'before'} the request was sent`);
    this.code = code;
    this.sent = sent;
  }
}

/** Providers' answers are a few KB; more than this is not an answer. */
const MAX_REPLY_BYTES = 1_000_000;

/**
 * A function that was frozen comes back holding sockets whose other end may be long gone. A request on one fails "after
 * sending", which we would have to call ambiguous, so sockets unused for this long are dropped rather than tried.
 */
const STALE_SOCKET_MS = 10_000;

/**
 * Keep-alive HTTP with one deadline over everything: waiting for a socket, name lookup, connect, TLS and the last byte
 * of the body. Idle timeouts do not do that: a server that sends headers, or a byte now and then, outlives them.
 */
export function createHttp(options: { timeoutMs: number }): Http {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  let open = 0;
  let lastUse = 0;

  return async (request) => {
    if (open === 0 && Date.now() - lastUse > STALE_SOCKET_MS)
      for (const agent of Object.values(agents)) agent.destroy();
    open += 1;
    try {
      return await exchange(request, agents, request.timeoutMs ?? options.timeoutMs);
    } finally {
      open -= 1;
      lastUse = Date.now();
    }
  };
}

function exchange(
  { method, url, headers, body = '' }: HttpRequest,
  agents: { 'http:': http.Agent; 'https:': https.Agent },
  timeoutMs: number,
): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    let sent = false;
    let secure: boolean;
    let request: http.ClientRequest;
    try {
      secure = new URL(url).protocol === 'https:';
      request = (secure ? https : http).request(url, {
        method,
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
        agent: agents[secure ? 'https:' : 'http:'],
      });
    } catch (error) {
      // A URL or a header that cannot be sent at all.
      return reject(new HttpFailure((error as NodeJS.ErrnoException).code ?? 'EINVAL', false));
    }
    const fail = (error: NodeJS.ErrnoException) => {
      clearTimeout(deadline);
      reject(new HttpFailure(error.code ?? 'EUNKNOWN', sent));
    };
    const deadline = setTimeout(() => {
      fail({ name: 'Deadline', message: '', code: 'ETIMEDOUT' });
      request.destroy();
    }, timeoutMs);

    request.on('socket', (socket) => {
      if (request.reusedSocket) sent = true;
      else socket.once(secure ? 'secureConnect' : 'connect', () => (sent = true));
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MAX_REPLY_BYTES) response.destroy(Object.assign(new Error(), { code: 'EMSGSIZE' }));
      });
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(deadline);
        const status = response.statusCode ?? 0;
        resolve({ status, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.end(body);
  });
}
