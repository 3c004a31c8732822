import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';
import { scrub } from '../runtime/scrub.ts';
import { type Identity, TokenRefused } from './identify.ts';

/**
 * The TOKEN authorizer of API Gateway. A bad token is thrown as `Unauthorized`, which the gateway answers with 401; any
 * other error it treats as AUTHORIZER_FAILURE, which the API answers with 503 `unavailable`, to be repeated.
 */
export function createAuthorizer(
  identify: (authorization: string | undefined) => Promise<Identity>,
): (event: APIGatewayTokenAuthorizerEvent) => Promise<APIGatewayAuthorizerResult> {
  return async ({ authorizationToken, methodArn }) => {
    try {
      return allow(await identify(authorizationToken), methodArn);
    } catch (error) {
      if (!(error instanceof TokenRefused)) {
        log('ERROR', 'keys unavailable', { error: String(error) });
        throw new Error('Keys unavailable', { cause: error });
      }
      log('INFO', 'token refused', { reason: error.message });
      throw new Error('Unauthorized');
    }
  };
}

/** For the whole API: the gateway caches it per token, and a policy for one method would refuse the next one. */
function allow({ scopes, ...identity }: Identity, methodArn: string): APIGatewayAuthorizerResult {
  const stage = methodArn.split('/', 2).join('/');
  return {
    principalId: identity.subject,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${stage}/*` }],
    },
    context: { ...identity, scopes: scopes.join(' ') },
  };
}

/** The logger of the other functions would be half of this bundle. */
const log = (level: string, message: string, more: Record<string, string>): boolean =>
  process.stdout.write(`${JSON.stringify({ level, message, service: 'authorizer', ...more }, scrub)}\n`);
