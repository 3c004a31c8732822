import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '../../lambdas/core/audit/actions.ts';
import { operations } from '../../lambdas/http/api.gen.ts';
import { PROBLEMS, type ProblemName, problemType } from '../../lambdas/http/problems.ts';
import { generate, readOpenApi } from '../../scripts/generate-api.ts';

const file = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: walks the document as it is
const api = (await readOpenApi()) as any;
const types = Object.keys(PROBLEMS).map((name) => problemType(name as ProblemName));

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
ajv.addSchema({ ...api, $id: 'openapi' });
const pointer = (...path: string[]) => path.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');

// biome-ignore lint/suspicious/noExplicitAny: walks the document as it is
const resolve = (node: any): any =>
  node?.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((at: never, key: string) => at[key], api)
    : node;
// biome-ignore lint/suspicious/noExplicitAny: walks the document as it is
const everyOperation: [string, any, any][] = Object.entries<any>(api.paths).flatMap(([path, item]) =>
  ['get', 'put', 'post', 'delete']
    .filter((m) => item[m])
    .map((m): [string, never, never] => [`${m.toUpperCase()} ${path}`, item[m] as never, item as never]),
);

it('says of every action in the audit that there is one, and of no other', () => {
  const { description } = api.components.schemas.AuditEntry.properties.action;
  const named = [...description.matchAll(/`([a-z_]+\.[a-z_]+)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual([...AUDIT_ACTIONS].sort());
});

describe('api.gen.ts', () => {
  it('api.gen.ts is what the OpenAPI file gives', async () => {
    expect(await file('lambdas/http/api.gen.ts')).toBe(await generate(api));
  });

  it('comes out the same every time', async () => {
    expect(await generate(await readOpenApi())).toBe(await generate(api));
  });

  it('lists every operation of the file', () => {
    expect(Object.keys(operations).sort()).toEqual(everyOperation.map(([, operation]) => operation.operationId).sort());
  });
});

describe('problem types', () => {
  it('are the same in code, OpenAPI file and documentation', async () => {
    expect(api.components.schemas.ProblemType.enum).toEqual(types);
    const documented = [...(await file('docs/problems.md')).matchAll(/^## (\S+)\n+\*\*(\d+)\.\*\*/gm)];
    expect(documented.map(([, type, status]) => [type, Number(status)])).toEqual(
      Object.entries(PROBLEMS).map(([name, { status }]) => [problemType(name as ProblemName), status]),
    );
  });

  it('come with what to do', async () => {
    const sections = (await file('docs/problems.md')).split(/^## /m).slice(1);
    for (const section of sections) expect(section).toContain('**Do:**');
  });

  it('are each the answer of some operation or of the gateway', () => {
    const text = JSON.stringify({ ...api.paths, ...api.components.responses });
    const unused = Object.keys(PROBLEMS).filter((name) => !text.includes(name));
    // Only unknown routes are outside every operation.
    expect(unused).toEqual(['route-not-found']);
  });
});

describe.each(everyOperation)('%s', (_name, operation, item) => {
  it('answers every error with problem+json, and says what it means', () => {
    for (const [status, reference] of Object.entries(operation.responses)) {
      const response = resolve(reference);
      expect(response.description.length).toBeGreaterThan(0);
      const health = operation.operationId === 'getHealth' && status === '503';
      // Action links are opened by people: what is wrong with one is a page for their browsers.
      const page = /Action$/.test(operation.operationId) && (status === '404' || status === '410') ? ['text/html'] : [];
      const types = ['application/problem+json', ...page];
      if (Number(status) >= 400 && !health) expect(Object.keys(response.content)).toEqual(types);
    }
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['429', '500']));
    if (operation.security.length > 0)
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
  });

  it('declares each parameter of its path', () => {
    const declared = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
    const inPath = [...operations[operation.operationId as 'getHealth'].path.matchAll(/\{(\w+)\}/g)].map(
      ([, name]) => name,
    );
    expect(declared.filter((p) => p.in === 'path').map((p) => p.name)).toEqual(inPath);
  });
});

describe('every example', () => {
  const examples: [string, string, unknown][] = [];
  // biome-ignore lint/suspicious/noExplicitAny: walks the document as it is
  const walk = (node: any, path: string[]): void => {
    if (typeof node !== 'object' || node === null) return;
    if (node.schema) {
      const schema = pointer(...path, 'schema');
      if (node.example !== undefined) examples.push([schema, 'example', node.example]);
      for (const [name, { value }] of Object.entries<{ value: unknown }>(node.examples ?? {}))
        examples.push([schema, name, value]);
    }
    // The examples of a schema; beside `schema` they are named ones.
    else if (Array.isArray(node.examples))
      for (const value of node.examples) examples.push([pointer(...path), 'schema', value]);
    for (const [key, child] of Object.entries(node)) if (!/^examples?$/.test(key)) walk(child, [...path, key]);
  };
  walk(api, []);

  it.each(examples)('%s %s fits its schema', (schema, _name, value) => {
    const validate = ajv.getSchema(`openapi#/${schema}`);
    validate?.(value);
    expect(validate?.errors ?? []).toEqual([]);
    expect(validate).toBeDefined();
  });
});
