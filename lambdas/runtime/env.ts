import * as z from 'zod/v4/core';

/**
 * The environment as the schema makes it; call it at module scope, so that a function that is deployed wrong fails at
 * its first start and not in the middle of a page. The error names the variables, never their values.
 */
export function parseEnv<S extends z.$ZodType>(schema: S, env: NodeJS.ProcessEnv = process.env): z.output<S> {
  const result = z.safeParse(schema, env);
  if (result.success) return result.data;
  const named = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return env[name] === undefined ? `${name} is missing` : `${name} is not valid`;
  });
  throw new Error(`Environment: ${[...new Set(named)].join(', ')}`);
}
