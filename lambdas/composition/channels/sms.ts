import { createChannel } from '../../delivery/create-channel.ts';
import type { RecordHandler } from '../../runtime/sqs-handler.ts';
import { createSpendSegments } from '../../use-cases/spend-segments.ts';
import { consuming, type WorkerPorts, type WorkerSettings, workerParts } from '../delivery.ts';
import type { Ports } from '../ports.ts';
import { NOTHING_BESIDE } from './plain.ts';

export function smsWorker(
  ports: WorkerPorts & Pick<Ports, 'sms' | 'lateReceipts'>,
  settings: WorkerSettings,
): RecordHandler {
  const parts = workerParts(ports, settings);
  const channel = createChannel({
    ...parts,
    ...NOTHING_BESIDE,
    providers: ports.sms,
    compose: parts.messages.sms,
    spend: createSpendSegments(parts.limits),
    lateReceipts: ports.lateReceipts,
  });
  return consuming('sms', parts, channel);
}
