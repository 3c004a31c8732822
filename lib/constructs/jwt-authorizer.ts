import { Duration } from 'aws-cdk-lib';
import { TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { authorizerEnv } from '../../lambdas/authorizer/authorizer.env.ts';
import { Fn } from './fn.ts';
import type { Identity } from './identity.ts';

/** The function that checks JWTs of `identity`, and the authorizer that asks it once per token and five minutes. */
export class JwtAuthorizer extends Construct {
  readonly authorizer: TokenAuthorizer;

  constructor(scope: Construct, id: string, { identity }: { identity: Identity }) {
    super(scope, id);
    const handler = new Fn(this, 'Fn', {
      entry: 'authorizer/authorizer',
      description: 'Checks the JWT and turns groups into scopes',
      env: authorizerEnv,
      environment: {
        ISSUER: identity.issuer,
        JWKS_URI: identity.jwksUri,
        AUDIENCE: identity.audience,
        CLIENT_IDS: identity.clientIds,
      },
    });
    this.authorizer = new TokenAuthorizer(this, 'Jwt', { handler, resultsCacheTtl: Duration.minutes(5) });
  }
}
