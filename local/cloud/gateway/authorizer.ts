/** Lambda authorizers: who is asked, for how long the answer is kept, and what the policy means for a request. */
import type { FunctionHost } from '../lambda/function-host.ts';
import { FunctionError } from '../lambda/protocol.ts';
import type { AuthorizerSpec } from './definition.ts';
import { baseEvent, type GatewayRequest, headerOf, methodArn } from './event.ts';
import type { ResponseType } from './responses.ts';

interface Statement {
  Effect: string;
  Resource: string | string[];
}

interface Policy {
  principalId: string;
  context?: Record<string, unknown>;
  policyDocument: { Statement: Statement[] };
}

export type Verdict = { allowed: Record<string, string> } | { refused: ResponseType };

/** Asks the authorizer about requests; one per authorizer of the API. */
export function createAuthorizer(spec: AuthorizerSpec, host: Pick<FunctionHost, 'invoke'>, now = Date.now) {
  const kept = new Map<string, { until: number; policy: Policy }>();
  const sources = spec.IdentitySource.split(',').map((source) => source.trim());

  return async function authorize(request: GatewayRequest): Promise<Verdict> {
    const identity = sources.map((source) => identityOf(source, request));
    const token = identity[0];
    // Only TOKEN authorizers demand an identity when nothing is cached by it; ours always have one.
    if (identity.some((value) => !value) || token === undefined) return { refused: 'UNAUTHORIZED' };
    if (spec.IdentityValidationExpression && !new RegExp(`^(?:${spec.IdentityValidationExpression})$`).test(token))
      return { refused: 'UNAUTHORIZED' };

    const key = identity.join('\n');
    const hit = kept.get(key);
    let policy = hit && hit.until > now() ? hit.policy : undefined;
    if (!policy) {
      const answer = await ask(request, token);
      if ('refused' in answer) return answer;
      policy = answer.policy;
      const ttl = spec.AuthorizerResultTtlInSeconds * 1000;
      if (ttl > 0) kept.set(key, { until: now() + ttl, policy });
    }
    if (!allows(policy.policyDocument.Statement, methodArn(request))) return { refused: 'ACCESS_DENIED' };
    const context = Object.entries(policy.context ?? {}).map(([name, value]) => [name, String(value)]);
    return { allowed: { ...Object.fromEntries(context), principalId: policy.principalId } };
  };

  async function ask(request: GatewayRequest, token: string): Promise<{ policy: Policy } | { refused: ResponseType }> {
    const event =
      spec.Type === 'TOKEN'
        ? { type: 'TOKEN', methodArn: methodArn(request), authorizationToken: token }
        : { type: 'REQUEST', methodArn: methodArn(request), ...baseEvent(request) };
    try {
      const answer = await host.invoke(event);
      return isPolicy(answer) ? { policy: answer } : { refused: 'AUTHORIZER_CONFIGURATION_ERROR' };
    } catch (error) {
      const unauthorized = error instanceof FunctionError && error.fault.errorMessage === 'Unauthorized';
      return { refused: unauthorized ? 'UNAUTHORIZED' : 'AUTHORIZER_FAILURE' };
    }
  }
}

export type Authorizer = ReturnType<typeof createAuthorizer>;

function identityOf(source: string, request: GatewayRequest): string | undefined {
  const [, kind, name] = /^(?:method\.request|context)\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (kind === 'header') return headerOf(request, name as string);
  return kind === 'querystring' ? request.query[name as string]?.at(-1) : undefined;
}

/** API Gateway takes text, numbers and booleans in the context, and fails the whole call over anything else. */
function isPolicy(answer: unknown): answer is Policy {
  const policy = answer as Partial<Policy> | null;
  if (typeof policy?.principalId !== 'string' || !Array.isArray(policy.policyDocument?.Statement)) return false;
  return Object.values(policy.context ?? {}).every((value) => ['string', 'number', 'boolean'].includes(typeof value));
}

/** A matching Deny outweighs every Allow; no match is a Deny. */
function allows(statements: Statement[], arn: string): boolean {
  const effects = statements
    .filter((s) => [s.Resource].flat().some((pattern) => matches(pattern, arn)))
    .map((s) => s.Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function matches(pattern: string, arn: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(arn);
}
