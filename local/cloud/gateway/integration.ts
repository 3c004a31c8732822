/** The Lambda proxy integration: invokes the function and reads its answer as API Gateway reads it. */
import type { FunctionHost } from '../lambda/function-host.ts';
import { type GatewayRequest, proxyEvent } from './event.ts';
import type { Answer, ResponseType } from './responses.ts';

/** The function's answer, or which gateway response stands in for it. A late function goes on, unheard. */
export async function integrate(
  request: GatewayRequest,
  host: Pick<FunctionHost, 'invoke'>,
  timeoutMs: number,
): Promise<Answer | { refused: ResponseType }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs);
  });
  try {
    const result = await Promise.race([host.invoke(proxyEvent(request)), late]);
    if (result === 'late') return { refused: 'INTEGRATION_TIMEOUT' };
    return toAnswer(result) ?? { refused: 'DEFAULT_5XX' };
  } catch {
    return { refused: 'DEFAULT_5XX' };
  } finally {
    clearTimeout(timer);
  }
}

const FIELDS = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];

/** Undefined for what API Gateway calls a malformed Lambda proxy response. */
function toAnswer(result: unknown): Answer | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = result as Record<string, unknown>;
  if (Object.keys(result).some((field) => !FIELDS.includes(field))) return undefined;
  if (!Number.isInteger(Number(statusCode)) || Number(statusCode) < 100) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const all: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(headers ?? {})) all[name] = [String(value)];
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) all[name] = (values as unknown[]).map(String);
  const names = Object.keys(all).map((name) => name.toLowerCase());
  if (!names.includes('content-type')) all['Content-Type'] = ['application/json'];
  return {
    status: Number(statusCode),
    headers: all,
    body: isBase64Encoded ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}
