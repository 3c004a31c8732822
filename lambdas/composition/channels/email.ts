import { createChannel } from '../../delivery/create-channel.ts';
import type { RecordHandler } from '../../runtime/sqs-handler.ts';
import { consuming, type WorkerPorts, type WorkerSettings, workerParts } from '../delivery.ts';
import type { Ports } from '../ports.ts';
import { NOTHING_BESIDE } from './plain.ts';

export function emailWorker(ports: WorkerPorts & Pick<Ports, 'email'>, settings: WorkerSettings): RecordHandler {
  const parts = workerParts(ports, settings);
  const channel = createChannel({
    ...parts,
    ...NOTHING_BESIDE,
    providers: ports.email,
    compose: parts.messages.email,
  });
  return consuming('email', parts, channel);
}
