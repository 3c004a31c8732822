/** A state machine as its template declares it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Resolve } from '../template/resolver.ts';
import { ignored, shaped } from '../template/shape.ts';
import { nameOf, Refused, type Resource } from '../template/template.ts';
import { loadDefinition } from './load.ts';
import type { MachineSpec } from './start.ts';

const machineSchema = z.strictObject({
  StateMachineName: z.string().optional(),
  StateMachineType: z.literal('STANDARD').optional(),
  DefinitionString: z.string().optional(),
  DefinitionS3Location: z.strictObject({ Bucket: z.string(), Key: z.string() }).optional(),
  DefinitionSubstitutions: z.record(z.string(), z.coerce.string()).default({}),
  RoleArn: ignored, // no IAM
  LoggingConfiguration: ignored, // the history is kept
  TracingConfiguration: ignored, // no tracing
  EncryptionConfiguration: ignored, // nothing is encrypted at rest
  Tags: ignored,
});

/** Reads one machine with its definition. Throws `Refused` when the local run could not run it as AWS would. */
export function stateMachineSpec(
  resource: Resource,
  resolve: Resolve,
  names: { name: string; arn: string },
  assemblyDir: string,
): MachineSpec {
  const declared = shaped(resource, resolve, machineSchema);
  const raw = declared.DefinitionString ?? textOf(declared.DefinitionS3Location, resource, assemblyDir);
  try {
    const { text: definition } = loadDefinition(substituted(raw, declared.DefinitionSubstitutions));
    return { ...names, definition };
  } catch (error) {
    throw new Refused(nameOf(resource), (error as Error).message);
  }
}

/** CDK names the file in the assembly after the key it is published under. */
function textOf(location: { Key: string } | undefined, resource: Resource, assemblyDir: string): string {
  if (!location) throw new Refused(nameOf(resource), 'it has no definition known to the local run');
  try {
    return readFileSync(join(assemblyDir, `asset.${location.Key}`), 'utf8');
  } catch (error) {
    throw new Refused(nameOf(resource), `its definition cannot be read: ${(error as Error).message}`);
  }
}

/** `${Name}` becomes its value. One that has none is an error in CloudFormation too. */
function substituted(text: string, values: Record<string, string>): string {
  return text.replace(/\$\{([A-Za-z0-9_]+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`DefinitionSubstitutions: nothing is given for ${whole}`);
    // It stands inside a JSON string.
    return JSON.stringify(value).slice(1, -1);
  });
}
