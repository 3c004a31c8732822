import { startDynamoDb } from './dynamodb.ts';
import { serveInThread } from './thread.ts';

await serveInThread(startDynamoDb);
