import { createAlerts } from '../alerts/alerts.ts';
import { createGroup } from '../alerts/group.ts';
import { createTellBrokenContact } from '../alerts/tell-broken-contact.ts';
import { createTellOperations } from '../alerts/tell-operations.ts';
import { createTellOptedOut } from '../alerts/tell-opted-out.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import { type DispatchPorts, type DispatchSettings, dispatching } from './dispatching.ts';
import type { Ports, Settings } from './ports.ts';

/** Groups alerts and tells operations of them; tells people of what became of their contact points. */
export function alerting(
  ports: DispatchPorts & Pick<Ports, 'topic' | 'alertWindows' | 'alertQueue' | 'logger' | 'count'>,
  settings: DispatchSettings & Pick<Settings, 'operationsRecipients' | 'publicBaseUrl' | 'overrides'>,
): RecordHandler {
  const { logger, count } = ports;
  const deps = { ...ports, ...settings, dispatch: dispatching(ports, settings) };
  const tell = createTellOperations({
    ...deps,
    recipients: settings.operationsRecipients,
    notReached(recipientId, why) {
      logger.error('an operations recipient cannot be paged', { recipientId, why });
      count(METRICS.operationsNotReached);
    },
  });
  const group = createGroup({ ...deps, windows: ports.alertWindows, queue: ports.alertQueue, tell });
  const tellBrokenContact = createTellBrokenContact({ ...deps, group });
  return createAlerts({ group, tellOptedOut: createTellOptedOut(deps), tellBrokenContact, count });
}
