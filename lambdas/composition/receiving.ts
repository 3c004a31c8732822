import { METRICS } from '../runtime/metric-names.ts';
import type { Circuits } from '../use-cases/circuits.ts';
import {
  createReceiveReceipt,
  NO_CALLS,
  type ReceiveReceipt,
  type ReportedCalls,
} from '../use-cases/receive-receipt.ts';
import { type CircuitPorts, circuitsOf } from './circuits.ts';
import { type ContactPorts, notingContacts, optingOut } from './contacts.ts';
import { type FailurePorts, failuresOf } from './failures.ts';
import type { Ports, Settings } from './ports.ts';
import { createTellUnknownCode } from './unknown-code.ts';

export type ReceivingPorts = FailurePorts & CircuitPorts & ContactPorts & Pick<Ports, 'queue'>;
export type ReceivingSettings = Pick<Settings, 'rules'>;

interface Options {
  /** How calls are ended and their lines freed; `NO_CALLS` for a way that hears of texts and mails only. */
  calls: ReportedCalls;
  /** Those of a worker that sends too: what one of both learns of a circuit, the other knows at once. */
  circuits: Circuits;
}

/** Applies receipts, by whatever way they come: all ways do the same. */
export function receiving(ports: ReceivingPorts, { rules }: ReceivingSettings, options: Options): ReceiveReceipt {
  return createReceiveReceipt({
    ...ports,
    ...options,
    ...failuresOf(ports, { rules }),
    rules,
    optOut: optingOut(ports),
    noteContacts: notingContacts(ports),
    unknownCode: createTellUnknownCode(ports),
    duplicate: () => ports.count(METRICS.duplicate),
  });
}

/** Receipts of texts and mails, in a function that sends nothing itself. */
export const receivingMessages = (ports: ReceivingPorts, settings: ReceivingSettings): ReceiveReceipt =>
  receiving(ports, settings, { calls: NO_CALLS, circuits: circuitsOf(ports, settings.rules) });

/** Receipts of calls, in a function that sends nothing itself. */
export const receivingCalls = (
  ports: ReceivingPorts & Pick<Ports, 'phoneLocks'>,
  settings: ReceivingSettings,
  hangUp: ReportedCalls['hangUp'],
): ReceiveReceipt =>
  receiving(ports, settings, {
    calls: { phoneLocks: ports.phoneLocks, hangUp },
    circuits: circuitsOf(ports, settings.rules),
  });
