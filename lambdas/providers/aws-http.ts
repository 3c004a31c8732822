import type { Http } from './http.ts';

/** What the SDK hands to a request handler, as far as our calls use it: a form or JSON, and no query string. */
interface AwsRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

/**
 * A request handler that lets an AWS client speak through our HTTP layer. The SDK's own cannot say whether a request
 * went out before it failed, which decides if a text may be out there, and its timeouts do not add up to one deadline.
 * `requestTimeout`, given with a command, is the deadline of that call.
 */
export const awsHttp = (http: Http) => ({
  async handle(request: AwsRequest, { requestTimeout }: { requestTimeout?: number } = {}) {
    const { method, protocol, hostname, port, path, headers, body } = request;
    const reply = await http({
      method,
      url: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`,
      headers,
      body: textOf(body),
      ...(requestTimeout !== undefined && { timeoutMs: requestTimeout }),
    });
    return { response: { statusCode: reply.status, headers: { ...reply.headers }, body: Buffer.from(reply.body) } };
  },
});

/** Query protocols hand over a string, JSON protocols its bytes in UTF-8. */
function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  // Over its memory: a copy would ask the SDK's byte arrays for a string, which they warn about.
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8') : '';
}
