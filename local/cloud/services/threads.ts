/**
 * DynamoDB and SQS in threads of their own. The thread that answers requests is the simulators' too, and while it wrote to
 * a disk for a burst of pages, providers seemed to hang: circuits opened that nothing was wrong with.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const SERVICES = { dynamodb: './dynamodb-thread.ts', sqs: './sqs-thread.ts' };

/** What the thread is given, and what it says: where it listens, or why it does not. */
export interface ThreadData {
  dir: string;
}
export type ThreadAnswer = { url: string } | { error: Error };

export interface ThreadedService {
  url: string;
  /** Ends when what was written is on disk. */
  stop(): Promise<void>;
}

/** Starts the service on what `dir` holds; throws what its start threw. */
export async function startInThread(service: keyof typeof SERVICES, dir: string): Promise<ThreadedService> {
  const data: ThreadData = { dir };
  const worker = new Worker(new URL(SERVICES[service], import.meta.url), { workerData: data });
  const [answer] = (await once(worker, 'message')) as [ThreadAnswer];
  if ('error' in answer) throw answer.error;
  const exited = once(worker, 'exit');
  return {
    url: answer.url,
    async stop() {
      worker.postMessage('stop');
      await exited;
    },
  };
}
