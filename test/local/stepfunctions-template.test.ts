/** State machines as templates declare them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateMachineSpec } from '../../local/cloud/stepfunctions/spec.ts';
import { localNames } from '../../local/cloud/template/names.ts';
import { createResolver } from '../../local/cloud/template/resolver.ts';
import { toStack } from '../../local/cloud/template/template.ts';
import { invoke, machine } from '../statemachines/world.ts';
import { tempDir } from './helpers.ts';

describe('a state machine of the template', () => {
  const names = localNames({ sqsUrl: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:2', clientIds: [] });
  const substitution = `\${StepFn}`;
  const definition = JSON.stringify(machine({ A: { ...invoke('x'), Arguments: { FunctionName: substitution } } }));

  function read(properties: object, asset = definition) {
    const stack = toStack('Flow', {
      Resources: {
        Step: { Type: 'AWS::Lambda::Function' },
        Role: { Type: 'AWS::IAM::Role' },
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            DefinitionS3Location: { Bucket: 'assets', Key: 'abc.json' },
            DefinitionSubstitutions: { StepFn: { 'Fn::GetAtt': ['Step', 'Arn'] } },
            LoggingConfiguration: { Level: 'ERROR' },
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
            TracingConfiguration: { Enabled: false },
            ...properties,
          },
        },
      },
    });
    const assembly = join(tempDir(), 'assembly');
    mkdirSync(assembly);
    writeFileSync(join(assembly, 'asset.abc.json'), asset);
    const resource = stack.resources.get('Machine');
    if (!resource) throw new Error('no machine');
    const arn = names.ref(resource) ?? '';
    return stateMachineSpec(
      resource,
      createResolver([stack], names),
      { name: names.attribute(resource, 'Name') ?? '', arn },
      assembly,
    );
  }

  it('a state machine of the template is read from its asset, with what is substituted in it', () => {
    const { arn, name, definition: text } = read({});
    expect({ arn, name }).toEqual({
      arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:Flow-Machine',
      name: 'Flow-Machine',
    });
    expect(JSON.parse(String(text)).States.A.Arguments.FunctionName).toBe(
      'arn:aws:lambda:us-east-1:000000000000:function:Flow-Step',
    );
  });

  it('a state machine of the template is read from its own text, under its own name', () => {
    const { name, arn } = read({
      DefinitionS3Location: undefined,
      DefinitionString: definition,
      StateMachineName: 'escalation',
    });
    expect({ name, arn }).toEqual({
      name: 'escalation',
      arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:escalation',
    });
  });

  it.each<[string, object, string | undefined, RegExp]>([
    ['an express machine', { StateMachineType: 'EXPRESS' }, undefined, /StateMachineType/],
    ['an unknown property', { Definition: {} }, undefined, /Definition/],
    ['a substitution that is missing', { DefinitionSubstitutions: {} }, undefined, /\$\{StepFn\}/],
    ['a definition that cannot be run', {}, definition.replace('"Task"', '"Activity"'), /state "A": Type/],
    ['an asset that is not there', { DefinitionS3Location: { Bucket: 'b', Key: 'no.json' } }, undefined, /no\.json/],
    ['no definition', { DefinitionS3Location: undefined }, undefined, /no definition/],
  ])('is refused by its name with %s', (_, properties, asset, message) => {
    expect(() => read(properties, asset)).toThrow(message);
    expect(() => read(properties, asset)).toThrow(/Flow\/Machine/);
  });
});
