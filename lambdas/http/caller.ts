import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type OperationId, operations } from './api.gen.ts';
import { ANONYMOUS, type Caller } from './http.ts';
import { Problem } from './problem.ts';

/** What the authorizer found in the token; undefined when it did not run, i.e. on operations without a token. */
export function callerOf({ requestContext }: APIGatewayProxyEvent): Caller | undefined {
  const { clientId, subject, name, scopes } = (requestContext?.authorizer ?? {}) as Record<string, unknown>;
  if (typeof clientId !== 'string' || typeof subject !== 'string') return undefined;
  return {
    clientId,
    subject,
    ...(typeof name === 'string' && { name }),
    scopes: typeof scopes === 'string' ? scopes.split(' ').filter(Boolean) : [],
    ...sourceOf(requestContext),
  };
}

/** The caller, if allowed to do this. Throws `unauthorized` or `missing-scope`. */
export function admit(operation: OperationId, event: APIGatewayProxyEvent): Caller {
  const alternatives: readonly (readonly string[])[] | null = operations[operation].scopes;
  if (alternatives === null) return { ...ANONYMOUS, ...sourceOf(event.requestContext) };
  const caller = callerOf(event);
  // The gateway sees to that; this is for the day when a route is deployed without its authorizer.
  if (!caller) throw new Problem('unauthorized');
  if (!alternatives.some((all) => all.every((scope) => caller.scopes.includes(scope)))) {
    throw missingScope(alternatives.map((all) => all.join(' and ')).join(' or '));
  }
  return caller;
}

/** Throws `missing-scope` unless the caller has it; for rules that depend on what is asked for. */
export function requireScope(caller: Caller, scope: string): void {
  if (!caller.scopes.includes(scope)) throw missingScope(scope);
}

const missingScope = (scope: string) =>
  new Problem('missing-scope', {
    detail: `This needs the scope ${scope}. Use a client that has it, or ask for a group that does.`,
  });

function sourceOf(context: APIGatewayProxyEvent['requestContext'] | undefined): { sourceIp?: string } {
  const sourceIp = context?.identity?.sourceIp;
  return sourceIp ? { sourceIp } : {};
}
