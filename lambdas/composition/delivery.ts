import type { SQSRecord } from 'aws-lambda';
import type { Channel as ChannelName } from '../core/page/page.ts';
import { createActionLinks } from '../delivery/action-link.ts';
import type { Channel } from '../delivery/channel.ts';
import { createConsume } from '../delivery/consume.ts';
import { type CopyResult, createDeliver } from '../delivery/deliver.ts';
import { createMessages } from '../delivery/messages.ts';
import { createOutageGate } from '../delivery/outage-gate.ts';
import { createRateLimitGate } from '../delivery/rate-limit-gate.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import { createBundleGate, createBundleOf } from '../use-cases/bundle.ts';
import { NO_CALLS } from '../use-cases/receive-receipt.ts';
import { createSenderLimits } from '../use-cases/sender-limits.ts';
import { circuitsOf } from './circuits.ts';
import { notingContacts, optingOut } from './contacts.ts';
import { failuresOf } from './failures.ts';
import type { Ports, Settings } from './ports.ts';
import { type ReceivingPorts, receiving } from './receiving.ts';
import { createTellUnknownCode } from './unknown-code.ts';

/** What the lanes of a channel are to its worker. */
export interface LanePorts {
  /** Whether the record came by the lane of CRITICAL pages. */
  isUrgent: (record: SQSRecord) => boolean;
  /** Hides a record from other receivers for `ms` from now. */
  hide: (record: SQSRecord, ms: number) => Promise<void>;
}
export type WorkerPorts = ReceivingPorts &
  LanePorts &
  Pick<Ports, 'deadLetters' | 'receiptChecks' | 'rateLimits' | 'keys' | 'ourNumber'>;
export type WorkerSettings = Pick<
  Settings,
  'rules' | 'overrides' | 'publicBaseUrl' | 'twoWay' | 'senderLimit' | 'environments'
>;
export type WorkerParts = ReturnType<typeof workerParts>;

/** What one environment of a channel's worker is made of, whatever the channel. */
export function workerParts(ports: WorkerPorts, settings: WorkerSettings) {
  const { clock, keys, pages } = ports;
  const { rules, overrides, publicBaseUrl, twoWay } = settings;
  // One for sends and for receipts: what one of them learns of a circuit, the other knows at once.
  const circuits = circuitsOf(ports, rules);
  const links = createActionLinks({ keys, publicBaseUrl, clock });
  return {
    ...ports,
    ...failuresOf(ports, settings),
    rules,
    circuits,
    optOut: optingOut(ports),
    noteContacts: notingContacts(ports),
    unknownCode: createTellUnknownCode(ports),
    limits: createSenderLimits({ store: ports.rateLimits, clock, pace: settings.senderLimit }, settings.environments),
    // The worker applies receipts of texts alone: those that a log told before the send was known.
    receiveReceipt: receiving(ports, settings, { calls: NO_CALLS, circuits }),
    messages: createMessages({
      links,
      overrides,
      rules,
      twoWay,
      clock,
      whole: pages.getWithDescription,
      bundleOf: createBundleOf(ports),
      ourNumber: ports.ourNumber,
    }),
  };
}

type Deliver = ReturnType<typeof createDeliver>;

export type { CopyResult };

/**
 * Takes the copies of a channel's lanes.
 * @param before what has to happen before a copy may be delivered
 */
export function consuming(
  name: ChannelName,
  parts: WorkerParts,
  channel: Channel,
  before: (deliver: Deliver) => Deliver = (deliver) => deliver,
): RecordHandler {
  return createConsume({
    ...parts,
    deliver: before(createDeliver({ ...parts, channel })),
    bundleGate: createBundleGate({
      ...parts,
      joined: (page, delivery) => channel.concluded({ page, delivery, legs: [], conclusion: { next: 'sent' } }),
    }),
    beside: channel.beside,
    outageGate: createOutageGate({ ...parts, channel }),
    rateLimitGate: createRateLimitGate(
      parts,
      name,
      channel.providers.map((provider) => provider.name),
    ),
  });
}
