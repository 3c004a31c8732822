import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
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
import { acknowledgeNagFinding } from './acknowledge-nag-finding.ts';

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
  /** What the authorizer asks of a token. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly audience: string;
  readonly clientIds: string;

  readonly userPoolId: string;
  readonly tokenUrl: string;
  readonly machineClientId: string;
  readonly peopleClientId: string;

  constructor(scope: Construct, id: string, { config }: { config: Config }) {
    super(scope, id);
    const pool = this.pool();
    this.userPoolId = pool.userPoolId;
    const prefix = config.authDomainPrefix ?? `lifeline-${Stack.of(this).account}`;
    this.tokenUrl = `${pool.addDomain('Domain', { cognitoDomain: { domainPrefix: prefix } }).baseUrl()}/oauth2/token`;

    for (const [precedence, groupName] of GROUPS.entries()) {
      new CfnUserPoolGroup(this, groupName, { userPoolId: pool.userPoolId, groupName, precedence });
    }
    this.machineClientId = this.machine(pool);
    // A password gets in only by a call that is itself signed by AWS: for docs/deploy.md, until there is a console.
    this.peopleClientId = new UserPoolClient(this, 'People', {
      userPool: pool,
      authFlows: { adminUserPassword: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.hours(1),
    }).userPoolClientId;

    const ours = [this.machineClientId, this.peopleClientId];
    // Exported although unused with an issuer of one's own: an export that disappears while the API still imports it
    // would make the change of issuer undeployable.
    for (const value of [pool.userPoolProviderUrl, ...ours]) Stack.of(this).exportValue(value);
    this.issuer = config.issuer ?? pool.userPoolProviderUrl;
    this.jwksUri = config.jwksUri ?? `${this.issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
    this.audience = config.audience ?? '';
    this.clientIds = [...(config.issuer ? [] : ours), ...(config.clientIds ? [config.clientIds] : [])].join(',');
  }

  private pool(): UserPool {
    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      // For ever: it cannot be changed on a pool that exists.
      signInCaseSensitive: false,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
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
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledgeNagFinding(
      pool,
      'COG8',
      'Plus adds threat protection for passwords typed by the public, at a price per user. Here nobody can sign up, ' +
        'only administrators make accounts, every one needs a one-time code, and a password is taken only from callers ' +
        'with AWS credentials.',
    );
    return pool;
  }

  /** Monitoring systems: they page and look, and manage nothing. Others get clients of their own (docs/deploy.md). */
  private machine(pool: UserPool): string {
    const scopes = Object.entries(SCOPES).map(
      ([scopeName, scopeDescription]) => new ResourceServerScope({ scopeName, scopeDescription }),
    );
    const server = new UserPoolResourceServer(this, 'Api', { userPool: pool, identifier: 'lifeline', scopes });
    return new UserPoolClient(this, 'Machine', {
      userPool: pool,
      generateSecret: true,
      // None; left out altogether, Cognito would add sign-in by password.
      authFlows: { user: false },
      oAuth: {
        flows: { clientCredentials: true },
        scopes: scopes
          .filter(({ scopeName }) => scopeName === 'send' || scopeName === 'read')
          .map((machineScope) => OAuthScope.resourceServer(server, machineScope)),
      },
      accessTokenValidity: Duration.hours(1),
      enableTokenRevocation: true,
    }).userPoolClientId;
  }
}
