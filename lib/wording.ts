/** A deployment's own words, from the file that its settings name. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { IConstruct } from 'constructs';
import { checkWording, type WordingOverrides } from '../lambdas/core/content/wording.ts';

const root = join(import.meta.dirname, '..');

/**
 * Reads and checks the file.
 * @param path absolute, or from the project's folder, wherever the command line stands
 * @throws Error with a line for each thing that is wrong
 */
export function readWording(path: string): WordingOverrides {
  const wording = parse(path);
  const problems = checkWording(wording);
  if (problems.length > 0) throw new Error(`${path} has words that cannot be used:\n${problems.join('\n')}`);
  return wording as WordingOverrides;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(resolve(root, path), 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * The constants that bundles get, as JSON by name: LIFELINE_WORDING, which lambdas/composition/wording.ts reads, with the
 * setting `wording`, and none without it.
 */
export function constantsOf(construct: IConstruct): Record<string, string> {
  const path: unknown = construct.node.tryGetContext('wording');
  return typeof path === 'string' ? { LIFELINE_WORDING: JSON.stringify(readWording(path)) } : {};
}
