import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
  UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';

const SCOPES = {
  send: 'Send pages and answer them',
  read: 'Read pages, deliveries and recipients',
  recipients: 'Manage recipients',
  admin: 'Everything else',
};

/** Most powerful first: Cognito wants a precedence. */
const GROUPS = ['SuperAdmin', 'Operator', 'Reader'];

/**
 * Who may call. Lifeline brings a Cognito user pool for people (groups) and machines (client credentials); with
 * `config.issuer` the tokens of that issuer count instead and the pool stays unused.
 */
export class Identity extends Construct {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly audience: string;
  readonly clientIds: string;

  constructor(scope: Construct, id: string, { config }: { config: Config }) {
    super(scope, id);
    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      featurePlan: FeaturePlan.ESSENTIALS,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: config.authDomainPrefix ?? `lifeline-${Stack.of(this).account}` },
    });
    for (const [precedence, groupName] of GROUPS.entries()) {
      new CfnUserPoolGroup(this, groupName, { userPoolId: pool.userPoolId, groupName, precedence });
    }

    const scopes = Object.entries(SCOPES).map(
      ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
    );
    const server = new UserPoolResourceServer(this, 'Api', { userPool: pool, identifier: 'lifeline', scopes });
    const machine = new UserPoolClient(this, 'Machine', {
      userPool: pool,
      generateSecret: true,
      authFlows: {},
      oAuth: {
        flows: { clientCredentials: true },
        scopes: scopes
          .filter(({ scopeName }) => scopeName === 'send' || scopeName === 'read')
          .map((machineScope) => OAuthScope.resourceServer(server, machineScope)),
      },
      accessTokenValidity: Duration.hours(1),
      enableTokenRevocation: true,
    });

    this.issuer = config.issuer ?? pool.userPoolProviderUrl;
    this.jwksUri = config.jwksUri ?? `${this.issuer}/.well-known/jwks.json`;
    this.audience = config.audience ?? '';
    this.clientIds = config.clientIds ?? (config.issuer ? '' : machine.userPoolClientId);
  }
}
