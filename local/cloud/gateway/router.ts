/** Finds the route of a request as API Gateway does: a fixed segment before a parameter before a greedy one. */
import type { Route } from './definition.ts';

export interface Match {
  route: Route;
  parameters: Record<string, string>;
}

/**
 * `path` is without the stage and percent-encoded; so are the parameters: API Gateway passes them on as they came, and an
 * encoded slash is none (https://github.com/aws/aws-sam-cli/issues/771).
 */
export function findRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  const segments = path.split('/').slice(1);
  const matches = routes
    .filter((route) => route.method === method || route.method === 'ANY')
    .flatMap((route) => {
      const parameters = matchPath(route.path.split('/').slice(1), segments);
      return parameters ? [{ route, parameters }] : [];
    });
  return matches.sort((a, b) => (rank(a.route) < rank(b.route) ? -1 : 1))[0];
}

function matchPath(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i];
    if (segment === undefined) return undefined;
    const name = /^\{(.+?)(\+?)\}$/.exec(part);
    if (name?.[2]) return { ...parameters, [name[1] as string]: segments.slice(i).join('/') };
    if (name && segment !== '') parameters[name[1] as string] = segment;
    else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? parameters : undefined;
}

/** Sorts first what is more specific, segment by segment, and a named method before ANY. */
const rank = (route: Route): string =>
  route.path
    .split('/')
    .map((part) => (part.endsWith('+}') ? '2' : part.startsWith('{') ? '1' : '0'))
    .join('') + (route.method === 'ANY' ? '1' : '0');
