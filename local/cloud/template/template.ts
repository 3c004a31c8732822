/** The synthesized templates, read as CloudFormation would: stacks with their resources, outputs and parameters. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IGNORED_TYPES } from './ignored-types.ts';

/** The template holds something the local run does not know; starting anyway would run another system than AWS does. */
export class Refused extends Error {
  constructor(where: string, why: string) {
    super(`${where}: ${why}`);
    this.name = 'Refused';
  }
}

export interface Resource {
  stack: Stack;
  id: string;
  type: string;
  properties: Record<string, unknown>;
  metadata: Record<string, unknown>;
}

export interface Stack {
  name: string;
  parameters: Record<string, { Default?: unknown }>;
  outputs: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
  resources: Map<string, Resource>;
}

/** `LifelineApi/Sender12AB (AWS::Lambda::Function)`, for messages. */
export const nameOf = (resource: Resource): string => `${resource.stack.name}/${resource.id} (${resource.type})`;

interface RawTemplate {
  Parameters?: Stack['parameters'];
  Outputs?: Stack['outputs'];
  Resources?: Record<
    string,
    { Type: string; Properties?: Resource['properties']; Metadata?: Resource['metadata']; Condition?: string }
  >;
}

/** Reads every stack of a cloud assembly. Throws `Refused` on a conditional resource, which we could only guess about. */
export function readStacks(assemblyDir: string): Stack[] {
  const manifest = JSON.parse(readFileSync(join(assemblyDir, 'manifest.json'), 'utf8'));
  const artifacts = Object.entries<{ type: string; properties?: Record<string, string> }>(manifest.artifacts ?? {});
  return artifacts
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .map(([id, { properties }]) =>
      toStack(
        properties?.stackName ?? id,
        JSON.parse(readFileSync(join(assemblyDir, properties?.templateFile ?? ''), 'utf8')),
      ),
    );
}

/** One stack from its template. */
export function toStack(name: string, template: RawTemplate): Stack {
  const stack: Stack = {
    name,
    parameters: template.Parameters ?? {},
    outputs: template.Outputs ?? {},
    resources: new Map(),
  };
  for (const [id, raw] of Object.entries(template.Resources ?? {})) {
    const resource = { stack, id, type: raw.Type, properties: raw.Properties ?? {}, metadata: raw.Metadata ?? {} };
    if (raw.Condition && !(raw.Type in IGNORED_TYPES))
      throw new Refused(nameOf(resource), `the local run knows no conditions (${raw.Condition})`);
    stack.resources.set(id, resource);
  }
  return stack;
}

/** Throws `Refused` naming the first resource whose type is neither started nor ignored with a reason. */
export function refuseUnknownTypes(stacks: Stack[], started: Iterable<string>): void {
  const known = new Set([...started, ...Object.keys(IGNORED_TYPES)]);
  for (const stack of stacks) {
    for (const resource of stack.resources.values()) {
      if (!known.has(resource.type))
        throw new Refused(
          nameOf(resource),
          'the local run does not know this resource type; teach it in local/cloud, or list it with a reason in local/cloud/template/ignored-types.ts',
        );
    }
  }
}
