import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type * as z from 'zod';
import { readOpenApi } from '../../scripts/generate-api.ts';
import { type Resource, ROOT, synth } from './synth.ts';

/** Entry → the operations it registers; entries register while they are loaded. */
const registered = new Map<string, string[]>();
let loading = '';

vi.mock('../../lambdas/http/api-handler.ts', () => ({
  apiHandler: (routes: Record<string, unknown>) => {
    registered.set(loading, [...(registered.get(loading) ?? []), ...Object.keys(routes)]);
    return async () => {};
  },
}));

const { functions, ofType, resourceOf, target } = synth();

/** The first of some values that the variable takes: a URL, a number, JSON, a list of channels. */
function valueFor(field: z.ZodType): string {
  const takes = (value: string): boolean => {
    try {
      return field.safeParse(value).success;
    } catch {
      return false;
    }
  };
  return ['https://stub.example.com', '1', '{}', '[]', 'sms'].find(takes) ?? '';
}

/** Loads each entry with the variables it asks for, one after the other, as a cold start does. */
for (const { entry, schema } of functions) {
  for (const [name, field] of Object.entries(schema._zod.def.shape)) vi.stubEnv(name, valueFor(field as z.ZodType));
  vi.stubEnv('AWS_REGION', 'us-east-1');
  loading = entry;
  const loaded = await import(join(ROOT, `lambdas/${entry}.lambda.ts`));
  if (typeof loaded.handler !== 'function') throw new Error(`${entry} exports no handler`);
  vi.unstubAllEnvs();
}

interface Route {
  operation: string;
  method: string;
  path: string;
  guarded: boolean;
}
const key = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`;

const { paths } = await readOpenApi();
const documented = Object.entries(paths).flatMap(([path, item]) =>
  (['get', 'put', 'post', 'delete', 'patch'] as const).flatMap((method): Route[] => {
    const operation = item[method];
    if (!operation) return [];
    const guarded = operation.security.length > 0;
    return [{ operation: operation.operationId, method: method.toUpperCase(), path, guarded }];
  }),
);

const nodes = new Map(ofType('AWS::ApiGateway::Resource').map((one) => [one.id, one.properties]));
const pathOf = (reference: { Ref?: string }): string => {
  const node = nodes.get(reference.Ref ?? '');
  return node ? `${pathOf(node.ParentId)}/${node.PathPart}` : '';
};
const served = new Map(
  ofType('AWS::ApiGateway::Method').map(({ stack, properties }) => {
    const arn = properties.Integration.Uri['Fn::Join'][1].find(
      (part: object) =>
        part && typeof part === 'object' && 'Fn::GetAtt' in part && (part as never)['Fn::GetAtt'][1] === 'Arn',
    );
    const fn = target(arn, stack) as Resource;
    // What is ANY in the template serves GET and HEAD (ADR 14).
    const method = properties.HttpMethod === 'ANY' ? 'GET' : properties.HttpMethod;
    const route = { method, path: pathOf(properties.ResourceId) };
    const entry = functions.find((one) => resourceOf(one).id === fn.id)?.entry;
    return [key(route), { entry, properties }];
  }),
);

describe('the OpenAPI file, the routes of the template and the handlers', () => {
  it('name the same routes', () => {
    expect([...served.keys()].sort()).toEqual(documented.map(key).sort());
  });

  it.each(documented.map((route) => [key(route), route] as const))(
    '%s goes to the function that registers it, with a token or without as the file says',
    (name, { operation, guarded }) => {
      const { entry, properties } = served.get(name) ?? {};
      const registeredBy = [...registered].filter(([, names]) => names.includes(operation)).map(([one]) => one);
      expect(registeredBy).toEqual([entry]);
      expect(properties.AuthorizationType).toBe(guarded ? 'CUSTOM' : 'NONE');
    },
  );

  it('know no handler that no route leads to', () => {
    const operations = [...registered.values()].flat();
    expect(operations.sort()).toEqual(documented.map(({ operation }) => operation).sort());
  });

  it('hand every request over whole', () => {
    for (const { properties } of served.values()) {
      expect(properties.Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
      expect(properties.RequestParameters ?? {}).toEqual({});
    }
  });
});
