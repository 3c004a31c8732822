import type * as z from 'zod';
import { cut } from '../core/content/text.ts';
import type { ProblemError } from './api.gen.ts';
import { invalid } from './problem.ts';

/**
 * The value as the schema makes it. Throws `invalid-request` that names every offending field and what is allowed there;
 * never quotes the value, which may be personal. `at` goes before the paths, e.g. for a header.
 */
export function parse<S extends z.ZodType>(schema: S, value: unknown, at = ''): z.output<S> {
  const result = schema.safeParse(value, { error: (issue) => explain(issue as Issue), reportInput: true });
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => errorsOf(issue, at));
  // What else is wrong with a field follows from the first, more often than not.
  const named = new Set<string>();
  throw invalid(...errors.filter(({ path }) => !named.has(path) && named.add(path)).slice(0, MAX_ERRORS));
}

/** More tell nobody more; 32 KB of unknown fields would come back as an answer many times that size. */
const MAX_ERRORS = 20;

/** The fields of the library's issues that are read here; which are there depends on `code`. */
interface Issue {
  code?: string;
  expected?: string;
  input?: unknown;
  origin?: string;
  minimum?: number | bigint;
  maximum?: number | bigint;
  values?: unknown[];
}

function explain(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${TYPES[issue.expected ?? ''] ?? issue.expected}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is required' : `must be one of ${issue.values?.join(', ')}`;
    case 'too_small':
      return bound('at least', issue.minimum, issue.origin);
    case 'too_big':
      return bound('at most', issue.maximum, issue.origin);
    case 'invalid_format':
      return 'has the wrong form';
    default:
      return undefined;
  }
}

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

function bound(word: 'at least' | 'at most', limit: number | bigint | undefined, origin = ''): string {
  const unit = { string: 'character', array: 'item' }[origin];
  if (!unit) return `must be ${word} ${limit}`;
  if (word === 'at least' && limit === 1) return 'must not be empty';
  return `must have ${word} ${limit} ${unit}${limit === 1 ? '' : 's'}`;
}

function errorsOf(issue: z.core.$ZodIssue, at: string): ProblemError[] {
  const path = (last?: string): string =>
    [at, ...issue.path.map(String), last].filter((part) => part !== undefined && part !== '').join('.');
  if (issue.code !== 'unrecognized_keys') return [{ path: path(), message: issue.message }];
  return issue.keys.map((key) => ({ path: path(shorten(key)), message: 'is not known here; check the spelling' }));
}

const shorten = (key: string): string => cut(key.toWellFormed(), 64, '...');
