/** Reads a resource's evaluated properties by a strict schema: a property the local run would not obey is refused. */
import * as z from 'zod';
import type { Resolve } from './resolver.ts';
import { nameOf, Refused, type Resource } from './template.ts';

/** A property that changes nothing locally; the reason stands where it is used. */
export const ignored = z.unknown().optional();
/** CloudFormation takes numbers as text as well. */
export const number = z.coerce.number();

/** The properties of `resource` in the given shape. Throws `Refused` naming resource and property. */
export function shaped<Schema extends z.ZodType>(
  resource: Resource,
  resolve: Resolve,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(resolve(resource));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.');
  throw new Refused(
    nameOf(resource),
    `${path ? `${path}: ` : ''}${issue?.message ?? 'unreadable'} (not known to the local run)`,
  );
}

/** All resources of a type, over all stacks. */
export const ofType = (resources: Iterable<Resource>, type: string): Resource[] =>
  [...resources].filter((resource) => resource.type === type);
