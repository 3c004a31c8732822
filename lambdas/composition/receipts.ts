import type { Clock } from '../core/clock.ts';
import { rules } from '../core/rules.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import type { Lanes } from '../runtime/lanes-env.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { type Count, createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createGroupStore } from '../stores/groups.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createAlertQueue, createDeliveryQueue, createLooks, createOperationsAlerts } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createAfterFailure } from '../use-cases/after-failure.ts';
import { createTellRiders } from '../use-cases/bundle.ts';
import { createCircuits } from '../use-cases/circuits.ts';
import { createOptOut } from '../use-cases/opt-out.ts';
import { createReceiveReceipt, type ReportedCalls } from '../use-cases/receive-receipt.ts';
import { notingContacts } from './contact-news.ts';
import { createOptOutNews } from './opt-out-news.ts';
import { publishedCircuits, publishedPages } from './publishing.ts';
import { createTellUnknownCode } from './unknown-code.ts';

interface Env {
  TABLE_NAME: string;
  EVENT_BUS_NAME: string;
  LANES: Lanes;
  LOOK_QUEUE_URL: string;
  ALERT_QUEUE_URL: string;
  TIME_SCALE: number;
}

/**
 * What every way a receipt can come by needs, over the table and the lanes.
 * @param calls `NO_CALLS` for a way that hears of texts and e-mails only
 */
export function receiving(env: Env, telemetry: { logger: Log; count: Count }, clock: Clock, calls: ReportedCalls) {
  const pages = publishedPages(env, clock);
  const groups = createGroupStore(dynamo(), env.TABLE_NAME);
  const audit = createAuditLog(dynamo(), env.TABLE_NAME);
  const recipients = createRecipientStore(dynamo(), env.TABLE_NAME);
  const alerts = createAlertQueue(sqs(), env.ALERT_QUEUE_URL);
  const noteContacts = notingContacts({ ...telemetry, recipients, audit, alerts, clock });
  const optOut = createOptOut({
    recipients,
    optOuts: createOptOutStore(dynamo(), env.TABLE_NAME),
    audit,
    news: createOptOutNews({ ...telemetry, alerts }),
    clock,
  });
  const afterFailure = createAfterFailure({
    pages,
    audit,
    clock,
    looks: createLooks(sqs(), env.LOOK_QUEUE_URL, env.TIME_SCALE),
    alerts: createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL),
    rules: rules(env.TIME_SCALE),
    tellRiders: (page, delivery) => tellRiders(page, delivery),
  });
  const tellRiders = createTellRiders({ pages, groups, clock, afterFailure });
  const queue = createDeliveryQueue(sqs(), env.LANES, env.TIME_SCALE);
  const circuits = createCircuits({
    store: publishedCircuits(env, clock),
    clock,
    rules: rules(env.TIME_SCALE),
    random: Math.random,
    changed(circuit, event) {
      telemetry.logger.warn(`circuit ${event}`, { circuit });
      // Under the name that the channel's alarm watches.
      const [, channel] = circuit.split('/');
      if (event === 'opened') createCount(`${channel}-worker`)(METRICS.circuitOpened);
    },
  });
  const duplicate = () => telemetry.count(METRICS.duplicate);
  const unknownCode = createTellUnknownCode(telemetry);
  const shared = {
    pages,
    queue,
    optOut,
    noteContacts,
    circuits,
    unknownCode,
    afterFailure,
    calls,
    tellRiders,
    duplicate,
    clock,
  };
  return { pages, receiveReceipt: createReceiveReceipt({ ...shared, rules: rules(env.TIME_SCALE) }) };
}
