/**
 * The app, synthesized once for all test files that a worker runs. Without bundling it takes a second;
 * test/infra/bundles.test.ts bundles. Templates are asserted construct by construct, found by type and by what they
 * refer to, never by a snapshot.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { inject } from 'vitest';
import type { $ZodObject } from 'zod/v4/core';
import { Fn } from '../../lib/constructs/fn.ts';
import { addStacks } from '../../lib/lifeline.ts';

export const ROOT = join(import.meta.dirname, '../..');

// biome-ignore lint/suspicious/noExplicitAny: templates are JSON of many shapes, and a wrong one fails its assertion
export type Json = any;

export interface Resource {
  stack: string;
  id: string;
  type: string;
  properties: Json;
  deletionPolicy: string | undefined;
  updateReplacePolicy: string | undefined;
}

export interface Synthesized {
  app: App;
  templates: Record<string, Json>;
  resources: Resource[];
  ofType(type: string): Resource[];
  /** The resource a property refers to, over stacks; undefined for text. */
  target(reference: Json, stack: string): Resource | undefined;
  functions: Fn<$ZodObject>[];
  /** The function's own resource. */
  resourceOf(fn: Fn<$ZodObject>): Resource;
}

// Two thirds of a synthesis. test/infra/bundles.test.ts has CloudFormation's rules applied, once for all.
process.env.CDK_VALIDATION = 'false';

/** cdk.json's flags, as the CDK command line passes them. */
export const flags = (): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context as Record<string, unknown>;

/** An app with nothing in it. */
export const emptyApp = (context: Record<string, unknown>): App =>
  new App({ outdir: mkdtempSync(join(inject('scratch'), 'cdk.out-')), context });

/** The app with these settings, its tree complete and nothing written yet. */
export function appWith(settings: Record<string, unknown> = {}): App {
  const app = emptyApp({ ...flags(), 'aws:cdk:bundling-stacks': [], ...settings });
  addStacks(app);
  return app;
}

const known = new Map<string, Synthesized>();

/** The templates with these settings. Files share them: they are for reading, `appWith` makes an app to change. */
export function synth(settings: Record<string, unknown> = {}): Synthesized {
  const key = JSON.stringify(settings);
  const found = known.get(key) ?? synthesized(settings);
  known.set(key, found);
  return found;
}

function synthesized(settings: Record<string, unknown>): Synthesized {
  const app = appWith(settings);
  const templates = Object.fromEntries(app.synth().stacks.map((stack) => [stack.stackName, stack.template]));
  const resources = Object.entries(templates).flatMap(([stack, template]) =>
    Object.entries<Json>(template.Resources).map(([id, raw]) => ({
      stack,
      id,
      type: raw.Type,
      properties: raw.Properties ?? {},
      deletionPolicy: raw.DeletionPolicy,
      updateReplacePolicy: raw.UpdateReplacePolicy,
    })),
  );
  const find = (stack: string, id: string) => resources.find((one) => one.stack === stack && one.id === id);

  function target(reference: Json, stack: string): Resource | undefined {
    if (reference?.Ref) return find(stack, reference.Ref);
    if (reference?.['Fn::GetAtt']) return find(stack, reference['Fn::GetAtt'][0]);
    const imported = reference?.['Fn::ImportValue'];
    if (imported === undefined) return undefined;
    for (const [producer, template] of Object.entries(templates)) {
      for (const output of Object.values<Json>(template.Outputs ?? {})) {
        if (output.Export?.Name === imported) return target(output.Value, producer);
      }
    }
    throw new Error(`no stack exports ${imported}`);
  }

  const functions = app.node.findAll().filter((one): one is Fn<$ZodObject> => one instanceof Fn);
  return {
    app,
    templates,
    resources,
    target,
    functions,
    ofType: (type) => resources.filter((one) => one.type === type),
    resourceOf(fn) {
      const stack = Stack.of(fn);
      const found = find(stack.stackName, stack.getLogicalId(fn.node.defaultChild as never));
      if (!found) throw new Error(`${fn.node.path} is in no template`);
      return found;
    },
  };
}
