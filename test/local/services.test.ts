import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect, it, onTestFinished } from 'vitest';
import { callService } from '../../local/cloud/services/aws-json.ts';
import { ensureTable, startDynamoDb, type TableSpec } from '../../local/cloud/services/dynamodb.ts';
import { startSecrets } from '../../local/cloud/services/secrets.ts';
import { tempDir } from './helpers.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:providers';

it('the real SDK reads a secret by ARN and by name, and is told of what is not there', async () => {
  const secrets = await startSecrets(new Map([[ARN, '{"a":1}']]));
  onTestFinished(() => secrets.stop());
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SecretsManagerClient({ endpoint: secrets.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  for (const SecretId of [ARN, 'providers'])
    expect(await client.send(new GetSecretValueCommand({ SecretId }))).toMatchObject({ ARN, SecretString: '{"a":1}' });
  expect(await client.send(new DescribeSecretCommand({ SecretId: ARN }))).not.toHaveProperty('SecretString');
  await expect(client.send(new GetSecretValueCommand({ SecretId: 'other' }))).rejects.toThrow(/can't find/);
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
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
