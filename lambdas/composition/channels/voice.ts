import { createAfterCall } from '../../delivery/after-call.ts';
import { createChannel } from '../../delivery/create-channel.ts';
import { createFindPlacedCall } from '../../delivery/find-placed-call.ts';
import { onFreePhone } from '../../delivery/phone-lock.ts';
import type { RecordHandler } from '../../runtime/sqs-handler.ts';
import { consuming, type WorkerPorts, type WorkerSettings, workerParts } from '../delivery.ts';
import type { Ports } from '../ports.ts';
import { NOTHING_BESIDE } from './plain.ts';

export function voiceWorker(
  ports: WorkerPorts & Pick<Ports, 'voice' | 'phoneLocks' | 'pause'>,
  settings: WorkerSettings,
): RecordHandler {
  const { voice: providers, phoneLocks, pause } = ports;
  const parts = workerParts(ports, settings);
  const channel = createChannel({
    ...parts,
    ...NOTHING_BESIDE,
    providers,
    compose: parts.messages.voice,
    reconcile: createFindPlacedCall({ ...parts, pause }),
    afterwards: createAfterCall({ ...parts, phoneLocks, providers }),
  });
  return consuming('voice', parts, channel, (deliver) => onFreePhone(deliver, { ...parts, phoneLocks }));
}
