import { alerting } from '../composition/alerts.ts';
import { snsTopics } from '../composition/aws/clients.ts';
import { queueHandler } from '../composition/aws/handlers.ts';
import { dispatchPorts } from '../composition/aws/ports.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { dispatchSettings, spoken } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { parseEnv } from '../runtime/env.ts';
import { createOperationsTopic } from '../stores/operations-topic.ts';
import { alertsEnv } from './alerts.env.ts';

const env = parseEnv(alertsEnv);
const run = runOf('alerts');
const ports = {
  ...dispatchPorts(env, run),
  alertWindows: table.alertWindows(env),
  alertQueue: queues.alertQueue(env),
  topic: createOperationsTopic(snsTopics, env.OPERATIONS_TOPIC_ARN),
};
const settings = {
  ...dispatchSettings(env),
  ...spoken(),
  operationsRecipients: env.OPERATIONS_RECIPIENTS,
  publicBaseUrl: env.PUBLIC_BASE_URL,
};

export const handler = queueHandler(alerting(ports, settings), env, run);
