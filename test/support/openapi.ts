import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OperationId } from '../../lambdas/http/api.gen.ts';
import { operations } from '../../lambdas/http/api.gen.ts';
import { readOpenApi } from '../../scripts/generate-api.ts';

// biome-ignore lint/suspicious/noExplicitAny: walks the document as it is
type Node = any;

/**
 * docs/openapi.yaml with the answers closed: callers must put up with fields they do not know, but we must not send any
 * that are not documented.
 */
function closed(node: Node): Node {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return node.type === 'object' && node.properties ? { additionalProperties: false, ...copy } : copy;
}

const api: Node = closed(await readOpenApi());
const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
ajv.addSchema({ ...api, $id: 'openapi' });

const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));

/** What the OpenAPI file does not say of this answer: its status, content type, a field. Empty when all is said. */
export function undocumented(
  operation: OperationId,
  { status, headers, body }: { status: number; headers: Record<string, unknown>; body: unknown },
): string[] {
  const { method, path } = operations[operation];
  let at = ['paths', path, method.toLowerCase(), 'responses', String(status)];
  let response: Node = at.reduce((node, key) => node?.[key], api);
  if (!response) return [`${operation} answers ${status}`];
  if (response.$ref) {
    at = response.$ref.slice(2).split('/');
    response = at.reduce((node, key) => node?.[key], api);
  }
  if (!response.content) return body === undefined ? [] : [`${operation} answers ${status} with a body`];
  const given = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const type = String(given).split(';')[0] ?? '';
  if (!response.content[type]) return [`${operation} answers ${status} as ${type}`];
  const validate = ajv.getSchema(`openapi#/${[...at, 'content', type, 'schema'].map(escaped).join('/')}`);
  if (!validate) throw new Error(`No schema for ${operation} ${status}`);
  validate(body);
  const errors = validate.errors ?? [];
  return errors.map((e) => `${operation} ${status} ${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
}
