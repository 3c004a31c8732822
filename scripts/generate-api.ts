/**
 * Writes lambdas/http/api.gen.ts from docs/openapi.yaml: a type per schema and the table of operations.
 * `--check` writes nothing and exits with 1 when the committed file is not what would be written.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { compile } from 'json-schema-to-typescript';
import { parse } from 'yaml';

const SOURCE = new URL('../docs/openapi.yaml', import.meta.url);
const TARGET = new URL('../lambdas/http/api.gen.ts', import.meta.url);
const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  requestBody?: { $ref?: string; content?: Record<string, unknown> };
}
export interface OpenApi {
  paths: Record<string, Partial<Record<(typeof METHODS)[number], Operation>>>;
  components: { schemas: Record<string, object>; requestBodies: Record<string, { content: Record<string, unknown> }> };
}

/** docs/openapi.yaml as data. */
export async function readOpenApi(): Promise<OpenApi> {
  return parse(await readFile(SOURCE, 'utf8')) as OpenApi;
}

/** The text of api.gen.ts for the document. The same document gives the same text. */
export async function generate(api: OpenApi): Promise<string> {
  const definitions = relocate(api.components.schemas) as Record<string, object>;
  const types = await compile({ definitions } as Parameters<typeof compile>[0], 'Root', {
    additionalProperties: false,
    bannerComment: '',
    // Bounds of arrays become tuples otherwise, which nothing that builds an array can satisfy.
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
    unknownAny: true,
    style: { singleQuote: true, printWidth: 120 },
  });
  return [
    '// Generated from docs/openapi.yaml by `npm run generate`. Do not edit.\n',
    withoutWrapper(types),
    `\n${operationTable(api)}`,
  ].join('');
}

/** The object the schemas were compiled in, and every mention of it, says nothing to a reader. */
function withoutWrapper(types: string): string {
  return types
    .replace(/export interface Root \{[^}]*\}\n/, '')
    .replaceAll(
      /(?: \*\n)* \* This interface was referenced by `Root`'s JSON-Schema\n \* via the `definition` "\w+"\.\n/g,
      '',
    )
    .replaceAll('/**\n */\n', '');
}

/** Where a definition is referred to, its name must survive: beside a `$ref` everything else would make it a copy. */
function relocate(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relocate);
  if (typeof node !== 'object' || node === null) return node;
  const ref = (node as { $ref?: unknown }).$ref;
  if (typeof ref === 'string') return { $ref: ref.replace('#/components/schemas/', '#/definitions/') };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, relocate(value)]));
}

function operationTable(api: OpenApi): string {
  const lines = Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const entry = [
        `method: '${method.toUpperCase()}'`,
        `path: '${path}'`,
        `scopes: ${scopesOf(operation)}`,
        `body: ${bodyOf(api, path, operation)}`,
      ];
      return [`  ${operation.operationId}: { ${entry.join(', ')} },\n`];
    }),
  );
  return [
    '/**\n * Every operation. `scopes`: alternatives, each a list of scopes all of which are needed; null needs no token.\n',
    ' * `body`: what a request body is made of; `raw` is left as text, null is not read.\n */\n',
    `export const operations = {\n${lines.join('')}} as const;\n\n`,
    'export type OperationId = keyof typeof operations;\n',
  ].join('');
}

function scopesOf({ security }: Operation): string {
  if (security.length === 0) return 'null';
  const alternatives = security.map(({ bearer = [] }) => `[${bearer.map((scope) => `'${scope}'`).join(', ')}]`);
  return `[${alternatives.join(', ')}]`;
}

/** JSON that a provider signs is left as it came: its signature is checked before anything is made of it. */
function bodyOf(api: OpenApi, path: string, { requestBody }: Operation): string {
  if (!requestBody) return 'null';
  const name = requestBody.$ref?.split('/').at(-1);
  const content = (name ? api.components.requestBodies[name]?.content : requestBody.content) ?? {};
  if (!('application/json' in content)) return "'form'";
  return path.startsWith('/webhooks/') ? "'raw'" : "'json'";
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const wanted = await generate(await readOpenApi());
  if (!process.argv.includes('--check')) {
    await writeFile(TARGET, wanted);
  } else if ((await readFile(TARGET, 'utf8').catch(() => '')) !== wanted) {
    console.error('lambdas/http/api.gen.ts is not what docs/openapi.yaml gives. Run `npm run generate`.');
    process.exitCode = 1;
  }
}
