/** Evaluates the intrinsic functions our templates use. Whatever else is met is refused, never passed on. */
import { nameOf, Refused, type Resource, type Stack } from './template.ts';

/** What the resources of the local cloud answer to Ref and Fn::GetAtt; undefined means "not known". */
export interface Names {
  ref(resource: Resource): string | undefined;
  attribute(resource: Resource, attribute: string): string | undefined;
}

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

export type Resolve = (resource: Resource) => Record<string, unknown>;

/** A function that gives a resource's properties with every intrinsic evaluated. It throws `Refused`. */
export function createResolver(stacks: Stack[], names: Names): Resolve {
  const exported = new Map<string, { stack: Stack; value: unknown }>();
  for (const stack of stacks) {
    for (const [id, output] of Object.entries(stack.outputs)) {
      if (!output.Export) continue;
      const at = { stack, where: `${stack.name}/Outputs/${id}` };
      exported.set(text(evaluate(output.Export.Name, at), at), { stack, value: output.Value });
    }
  }

  interface At {
    stack: Stack;
    where: string;
  }

  function evaluate(value: unknown, at: At): unknown {
    if (Array.isArray(value)) return value.map((item) => evaluate(item, at));
    if (typeof value === 'string') {
      if (value.includes('{{resolve:')) throw new Refused(at.where, `dynamic references are not known: ${value}`);
      return value;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? ['', undefined];
    if (entries.length === 1 && (name === 'Ref' || name === 'Condition' || name.startsWith('Fn::')))
      return intrinsic(name, argument, at);
    return Object.fromEntries(entries.map(([key, item]) => [key, evaluate(item, at)]));
  }

  function intrinsic(name: string, argument: unknown, at: At): unknown {
    const list = Array.isArray(argument) ? argument : [];
    switch (name) {
      case 'Ref':
        return reference(String(argument), at);
      case 'Fn::GetAtt':
        return attribute(typeof argument === 'string' ? argument.split('.') : list, at);
      case 'Fn::Join':
        return (evaluate(list[1], at) as unknown[]).map((part) => text(part, at)).join(String(list[0]));
      case 'Fn::Split':
        return text(evaluate(list[1], at), at).split(String(list[0]));
      case 'Fn::Select':
        return (evaluate(list[1], at) as unknown[])[Number(list[0])];
      case 'Fn::Sub':
        return substitute(argument, at);
      case 'Fn::ImportValue':
        return imported(text(evaluate(argument, at), at), at);
      default:
        throw new Refused(at.where, `the local run does not know the intrinsic ${name}`);
    }
  }

  function reference(id: string, at: At): unknown {
    if (id in PSEUDO_PARAMETERS) return PSEUDO_PARAMETERS[id];
    if (id === 'AWS::StackName') return at.stack.name;
    const parameter = at.stack.parameters[id];
    if (parameter) {
      if (parameter.Default === undefined) throw new Refused(at.where, `parameter ${id} has no default`);
      return parameter.Default;
    }
    const resource = target(id, at);
    const value = names.ref(resource);
    if (value === undefined) throw new Refused(at.where, `the local run has no name for ${nameOf(resource)}`);
    return value;
  }

  function attribute(path: unknown[], at: At): string {
    const [id, ...rest] = path.map(String);
    const resource = target(id ?? '', at);
    const value = names.attribute(resource, rest.join('.'));
    if (value === undefined)
      throw new Refused(at.where, `the local run knows no ${rest.join('.')} of ${nameOf(resource)}`);
    return value;
  }

  function target(id: string, at: At): Resource {
    const resource = at.stack.resources.get(id);
    if (!resource) throw new Refused(at.where, `it refers to ${id}, which its template does not declare`);
    return resource;
  }

  function substitute(argument: unknown, at: At): string {
    const [template, given] = (Array.isArray(argument) ? argument : [argument, {}]) as [
      string,
      Record<string, unknown>,
    ];
    return template.replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (name in given) return text(evaluate(given[name], at), at);
      return text(name.includes('.') ? attribute(name.split('.'), at) : reference(name, at), `${at.where} ${whole}`);
    });
  }

  function imported(name: string, at: At): unknown {
    const found = exported.get(name);
    if (!found) throw new Refused(at.where, `no stack exports ${name}`);
    return evaluate(found.value, { stack: found.stack, where: `${at.where} imports ${name}` });
  }

  return (resource) =>
    evaluate(resource.properties, { stack: resource.stack, where: nameOf(resource) }) as Record<string, unknown>;
}

function text(value: unknown, at: { where: string } | string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Refused(typeof at === 'string' ? at : at.where, `expected text, found ${JSON.stringify(value)}`);
}
