import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';

export const TABLE = 'lifeline';

const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];
const INDEXES = { byIncident: 'incidentId', byRecipient: 'recipientId', byDay: 'dayShard' };

/** The table of ADR 1 on a dynalite in memory; test/infra holds the deployed one to the same keys. */
export async function startTable() {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as { port: number };
  return createTable(port, () => new Promise<void>((resolve) => server.close(() => resolve())));
}

/** Creates the table at whatever answers on the port. */
export async function createTable(port: number, stop: () => Promise<void>) {
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'position', ...Object.values(INDEXES)].map(text),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: Object.entries(INDEXES).map(([IndexName, partition]) => ({
        IndexName,
        KeySchema: key(partition, 'position'),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
    }),
  );
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    async stop() {
      client.destroy();
      await stop();
    },
  };
}
