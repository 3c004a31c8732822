/** Small helpers over node:http, for everything of the local run that listens: the cloud's services and the simulators. */
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

/** The whole body. Throws Problem 413 past the limit, without keeping more than that in memory. */
export async function readBytes(req: IncomingMessage, limit = MAX_BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limit) throw new Problem(413, 'Too large', `A body may have ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The same as text. */
export const readBody = async (req: IncomingMessage, limit?: number): Promise<string> =>
  (await readBytes(req, limit)).toString('utf8');

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

/** Answers in AWS's JSON protocols. */
export const sendAwsJson = (res: ServerResponse, version: '1.0' | '1.1', status: number, body: unknown): void =>
  send(res, status, `application/x-amz-json-${version}`, JSON.stringify(body));

export function sendProblem(res: ServerResponse, problem: Problem): void {
  const { status, title, message: detail, errors } = problem;
  const body = { type: 'about:blank', title, status, detail, ...(errors.length > 0 && { errors }) };
  send(res, status, 'application/problem+json', `${JSON.stringify(body)}\n`, problem.headers);
}
