import { createListAudit } from '../api/audit.ts';
import { createHealth } from '../api/health.ts';
import { createListProviders, createPin } from '../api/providers.ts';
import type { Channel } from '../core/page/page.ts';
import type { Ports } from './ports.ts';

interface ChannelSettings {
  /** The channels that there are. */
  channels: readonly Channel[];
}

export const healthApi = (ports: Pick<Ports, 'health' | 'circuits' | 'clock'>, settings: ChannelSettings) =>
  createHealth({ ...ports, ...settings });

/** Shows providers, and pins their circuits. */
export function providersApi(ports: Pick<Ports, 'health' | 'circuits' | 'audit' | 'clock'>, settings: ChannelSettings) {
  const deps = { ...ports, ...settings };
  return { listProviders: createListProviders(deps), pinProvider: createPin(deps) };
}

export const auditApi = (ports: Pick<Ports, 'audit' | 'clock'>) => ({ listAudit: createListAudit(ports) });
