/** One call of an AWS JSON protocol to a local service, without loading an SDK into the host. */
import { httpCall } from '../http-call.ts';

export class ServiceError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** Calls `target` (`AmazonSQS.ReceiveMessage`, say) and answers its result. Throws `ServiceError`. */
export async function callService<Result>(
  url: string,
  target: string,
  input: object,
  signal?: AbortSignal,
): Promise<Result> {
  const answer = await httpCall({
    url,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
      // The emulators want to see a signature, and read the region from it; they verify neither.
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/local/aws4_request, SignedHeaders=host, Signature=local',
    },
    body: JSON.stringify(input),
    signal,
  });
  const body = parsed(answer.text);
  if (answer.ok) return body as Result;
  const code = String(body.__type ?? answer.status).replace(/^.*#/, '');
  throw new ServiceError(code, String(body.message ?? body.Message ?? ''));
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
