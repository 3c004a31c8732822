import { startSqs } from './sqs.ts';
import { serveInThread } from './thread.ts';

await serveInThread(startSqs);
