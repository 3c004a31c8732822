import type { IncomingMessage, ServerResponse } from 'node:http';

/** An answer other than success, as application/problem+json (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: { path: string; message: string }[];
  readonly headers: Record<string, string>;
  constructor(
    status: number,
    title: string,
    detail: string,
    more: { errors?: { path: string; message: string }[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

export const notFound = (detail: string) => new Problem(404, 'Not found', detail);
export const methodNotAllowed = (allow: string) =>
  new Problem(405, 'Method not allowed', `Allowed here: ${allow}.`, { headers: { Allow: allow } });

const MAX_BODY_BYTES = 1_000_000;

/** The whole body as text. Throws Problem 413 above 1 MB. */
export async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Problem(413, 'Too large', `A body may have ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function send(res: ServerResponse, status: number, type: string, body: string, headers = {}): void {
  if (res.destroyed || res.headersSent) return;
  res.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), ...headers });
  res.end(body);
}

export const sendJson = (res: ServerResponse, status: number, body: unknown, headers = {}): void =>
  send(res, status, 'application/json; charset=utf-8', `${JSON.stringify(body)}\n`, {
    'Cache-Control': 'no-store',
    ...headers,
  });

export function sendProblem(res: ServerResponse, problem: Problem): void {
  const { status, title, message: detail, errors } = problem;
  const body = { type: 'about:blank', title, status, detail, ...(errors.length > 0 && { errors }) };
  send(res, status, 'application/problem+json', `${JSON.stringify(body)}\n`, problem.headers);
}
