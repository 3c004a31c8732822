import { describe, expect, it } from 'vitest';
import { synth } from './synth.ts';

const { app, ofType, target } = synth();
const only = (type: string) => {
  const found = ofType(type);
  expect(found).toHaveLength(1);
  return found[0] as NonNullable<(typeof found)[0]>;
};

describe('the table', () => {
  const { properties, deletionPolicy, updateReplacePolicy } = only('AWS::DynamoDB::GlobalTable');
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];

  it('has the keys of ADR 1, all text', () => {
    expect(properties.KeySchema).toEqual(key('pk', 'sk'));
    const types = new Set(properties.AttributeDefinitions.map((one: { AttributeType: string }) => one.AttributeType));
    expect([...types]).toEqual(['S']);
  });

  it('has the three indexes of ADR 1, keys only, so that a page costs five index writes', () => {
    const keysOnly = { ProjectionType: 'KEYS_ONLY' };
    expect(properties.GlobalSecondaryIndexes).toEqual([
      { IndexName: 'byIncident', KeySchema: key('incidentId', 'position'), Projection: keysOnly },
      { IndexName: 'byRecipient', KeySchema: key('recipientId', 'position'), Projection: keysOnly },
      { IndexName: 'byDay', KeySchema: key('dayShard', 'position'), Projection: keysOnly },
    ]);
  });

  it('the table is paid by request and lets records expire', () => {
    expect(properties.BillingMode).toBe('PAY_PER_REQUEST');
    expect(properties.TimeToLiveSpecification).toEqual({ AttributeName: 'expiresAt', Enabled: true });
  });

  it('can be restored to any second and is not deleted by a slip', () => {
    const [replica, ...more] = properties.Replicas;
    expect(more).toEqual([]);
    expect(replica.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    expect(replica.DeletionProtectionEnabled).toBe(true);
    expect([deletionPolicy, updateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });
});

describe('secrets', () => {
  const secrets = ofType('AWS::SecretsManager::Secret');
  const named = (name: string) => secrets.find(({ id }) => id.startsWith(name))?.properties;

  it('are kept when their stack goes, and no value of one is in a template', () => {
    expect(secrets).toHaveLength(3);
    for (const { properties, updateReplacePolicy } of secrets) {
      expect(properties).not.toHaveProperty('SecretString');
      expect(updateReplacePolicy).toBe('Retain');
    }
  });

  it('the secret of providers is made with something in it that is no credential', () => {
    const filled = { SecretStringTemplate: '{}', GenerateStringKey: 'replaceMe' };
    expect(named('ProviderSecret').GenerateSecretString).toEqual(filled);
  });

  it('the secret of action links is 64 letters and digits at random, some 380 bits', () => {
    expect(named('ActionKey').GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
  });

  it('the secret of webhooks is 64 letters and digits, which Standard Webhooks reads as the base64 of 48 bytes', () => {
    expect(named('WebhookKey').GenerateSecretString).toEqual({ PasswordLength: 64, ExcludePunctuation: true });
  });
});

describe('the stack that holds state', () => {
  it('refuses to be destroyed', () => {
    const { artifacts } = app.synth().manifest;
    expect(artifacts?.LifelineData?.properties).toMatchObject({ terminationProtection: true });
  });

  it('depends on no other, and the API not on the workers, so that nothing goes in circles; health looks at all', () => {
    const dependencies = app.synth().stacks.map(({ stackName, dependencies: on }) => [
      stackName,
      on
        .map(({ id }) => id)
        .filter((id) => !id.endsWith('.assets'))
        .sort(),
    ]);
    expect(Object.fromEntries(dependencies)).toEqual({
      LifelineData: [],
      LifelineApi: ['LifelineData'],
      LifelineDelivery: ['LifelineApi', 'LifelineData'],
      LifelineHealth: ['LifelineApi', 'LifelineData', 'LifelineDelivery'],
    });
  });
});

describe('the user pool', () => {
  const pool = only('AWS::Cognito::UserPool');
  const clients = ofType('AWS::Cognito::UserPoolClient').map(({ properties }) => properties);
  const machine = clients.find((client) => client.AllowedOAuthFlows?.includes('client_credentials'));
  const people = clients.find((client) => client !== machine);

  it('takes only people an administrator lets in, with a long password and a second factor', () => {
    expect(pool.properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      Policies: {
        PasswordPolicy: {
          MinimumLength: 14,
          RequireLowercase: true,
          RequireNumbers: true,
          RequireSymbols: true,
          RequireUppercase: true,
        },
      },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    });
  });

  it('knows people by their address, whatever its case, and cannot be deleted by a slip', () => {
    expect(pool.properties.UsernameAttributes).toEqual(['email']);
    expect(pool.properties.UsernameConfiguration).toEqual({ CaseSensitive: false });
    expect(pool.properties.DeletionProtection).toBe('ACTIVE');
    expect([pool.deletionPolicy, pool.updateReplacePolicy]).toEqual(['Retain', 'Retain']);
  });

  it('has the groups of the contract', () => {
    const groups = ofType('AWS::Cognito::UserPoolGroup').map(({ properties }) => [
      properties.GroupName,
      properties.Precedence,
    ]);
    expect(groups).toEqual([
      ['SuperAdmin', 0],
      ['Operator', 1],
      ['Reader', 2],
    ]);
  });

  it('has the scopes of the contract', () => {
    const { properties } = only('AWS::Cognito::UserPoolResourceServer');
    const scopes = properties.Scopes.map(
      ({ ScopeName }: { ScopeName: string }) => `${properties.Identifier}/${ScopeName}`,
    );
    expect(scopes).toEqual(['lifeline/send', 'lifeline/read', 'lifeline/recipients', 'lifeline/admin']);
  });

  it('lets machines page and look, for an hour, and no person sign in as one', () => {
    expect(clients).toHaveLength(2);
    const { id } = only('AWS::Cognito::UserPoolResourceServer');
    const scope = (name: string) => ({ 'Fn::Join': ['', [{ Ref: id }, `/${name}`]] });
    expect(machine).toMatchObject({
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthFlowsUserPoolClient: true,
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes' },
    });
    expect(machine.AllowedOAuthScopes).toEqual([scope('send'), scope('read')]);
  });

  it('takes a password only from callers that AWS knows', () => {
    expect(people).toMatchObject({
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AllowedOAuthFlowsUserPoolClient: false,
      PreventUserExistenceErrors: 'ENABLED',
    });
    expect(people).not.toHaveProperty('GenerateSecret', true);
  });

  it('issues the tokens the authorizer takes', () => {
    const fn = ofType('AWS::Lambda::Function').find(({ id }) => id.startsWith('AuthorizerFn'));
    const { ISSUER, CLIENT_IDS, AUDIENCE } = fn?.properties.Environment.Variables ?? {};
    expect(target(ISSUER, 'LifelineApi')).toBe(pool);
    const [machineId, separator, peopleId] = CLIENT_IDS['Fn::Join'][1];
    expect(separator).toBe(',');
    expect([machineId, peopleId].map((one) => target(one, 'LifelineApi')?.properties)).toEqual([machine, people]);
    // Cognito's access tokens have none.
    expect(AUDIENCE).toBe('');
  });
});
