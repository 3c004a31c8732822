import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadAnswer, ThreadData, ThreadedService } from './threads.ts';

/** The other half of `startInThread`: starts the service, says where it listens, and stops it when told to. */
export async function serveInThread(start: (dir: string) => Promise<ThreadedService>): Promise<void> {
  if (!parentPort) throw new Error('this is the entry of a thread');
  const answer = (message: ThreadAnswer) => parentPort?.postMessage(message);
  try {
    const service = await start((workerData as ThreadData).dir);
    answer({ url: service.url });
    await once(parentPort, 'message');
    await service.stop();
  } catch (error) {
    answer({ error: error as Error });
  }
  parentPort.close();
}
