import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import { expect, it, onTestFinished } from 'vitest';
import { startFront } from '../../local/cloud/front.ts';
import { callService } from '../../local/cloud/services/aws-json.ts';
import { ensureTable, startDynamoDb, type TableSpec } from '../../local/cloud/services/dynamodb.ts';
import { startIssuer } from '../../local/cloud/services/issuer.ts';
import { generatedSecrets, startSecrets } from '../../local/cloud/services/secrets.ts';
import { freePort, tempDir } from './helpers.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:providers';

it('the real SDK reads a secret by ARN and by name, and is told of what is not there', async () => {
  const secrets = await startSecrets(new Map([[ARN, '{"a":1}']]));
  onTestFinished(() => secrets.stop());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManagerClient({ endpoint: secrets.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  for (const SecretId of [ARN, 'providers'])
    expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({ ARN, SecretString: '{"a":1}' });
  expect(await client.send(new DescribeSecretCommand({ SecretId: ARN }))).not.toHaveProperty('SecretString');
  // As in AWS before a first rotation.
  const previous = { SecretId: ARN, VersionStage: 'AWSPREVIOUS' };
  await expect(client.send(new GetSecretValueCommand(previous))).rejects.toThrow(ResourceNotFoundException);
  await expect(client.send(new GetSecretValueCommand({ SecretId: 'other' }))).rejects.toThrow(/can't find/);
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
});

it('a secret that AWS would generate is made once, differs from every other, and only its owner can read it', () => {
  const file = join(tempDir(), 'secrets.json');
  const first = generatedSecrets(file);
  const value = first('a');
  expect(value).toMatch(/^[\w-]{64}$/);
  expect(first('b')).not.toBe(value);
  expect(generatedSecrets(file)('a')).toBe(value);
  expect(statSync(file).mode & 0o077).toBe(0);
});

const TABLE: TableSpec = {
  TableName: 'pages',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  AttributeDefinitions: ['pk', 'owner', 'team'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
  BillingMode: 'PAY_PER_REQUEST',
};
const index = (IndexName: string) => ({
  IndexName,
  KeySchema: [{ AttributeName: IndexName, KeyType: 'HASH' as const }],
  Projection: { ProjectionType: 'KEYS_ONLY' as const },
});

it('a table and its rows survive a restart, whatever order the template lists its indexes in', async () => {
  const dir = tempDir();
  const Item = { pk: { S: 'a' }, owner: { S: 'o' }, team: { S: 't' } };
  const first = await startDynamoDb(dir);
  await ensureTable(first.url, { ...TABLE, GlobalSecondaryIndexes: [index('owner'), index('team')] });
  await callService(first.url, 'DynamoDB_20120810.PutItem', { TableName: 'pages', Item });
  await first.stop();
  const second = await startDynamoDb(dir);
  onTestFinished(() => second.stop());
  await ensureTable(second.url, { ...TABLE, GlobalSecondaryIndexes: [index('team'), index('owner')] });
  const Key = { pk: { S: 'a' } };
  expect(await callService(second.url, 'DynamoDB_20120810.GetItem', { TableName: 'pages', Key })).toEqual({ Item });
});

it('a table on disk that is not what the template declares stops the start with advice', async () => {
  const dynamodb = await startDynamoDb(tempDir());
  onTestFinished(() => dynamodb.stop());
  await ensureTable(dynamodb.url, { ...TABLE, AttributeDefinitions: TABLE.AttributeDefinitions.slice(0, 1) });
  await expect(ensureTable(dynamodb.url, { ...TABLE, GlobalSecondaryIndexes: [index('owner')] })).rejects.toThrow(
    '--fresh',
  );
});

it('a token of an earlier start is verified by the keys of the next, with what the authorizer uses', async () => {
  const keyFile = join(tempDir(), 'identity.json');
  const url = 'http://127.0.0.1:3000/local/issuer';
  const { send } = await (await startIssuer(url, keyFile)).mint();
  const second = await startIssuer(url, keyFile);
  const port = await freePort();
  const front = await startFront(port);
  onTestFinished(() => front.stop());
  front.add({ serves: () => true, handle: (req, res, path) => second.handle(req, res, path) });
  const jwks = (await (await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)).json()) as Jwks;
  const verifier = JwtVerifier.create({ issuer: url, audience: null, jwksUri: `${url}/.well-known/jwks.json` });
  verifier.cacheJwks(jwks);
  expect(await verifier.verify(send)).toMatchObject({ client_id: 'local-send', scope: 'lifeline/send' });
});
