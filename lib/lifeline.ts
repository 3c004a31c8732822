import type { App } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.ts';
import { readConfig } from './config.ts';
import { DataStack } from './data-stack.ts';
import { DeliveryStack } from './delivery-stack.ts';
import { HealthStack } from './health-stack.ts';

/** The stacks of one installation, with the settings in the app's context. */
export function addStacks(app: App) {
  const config = readConfig(app);
  const data = new DataStack(app, 'LifelineData', {
    config,
    description: 'Lifeline: table, secrets, identity, queues',
    // Accepted pages are in here.
    terminationProtection: true,
  });
  const api = new ApiStack(app, 'LifelineApi', { config, data, description: 'Lifeline: REST API' });
  const delivery = new DeliveryStack(app, 'LifelineDelivery', {
    config,
    data,
    publicBaseUrl: api.publicBaseUrl,
    description: 'Lifeline: workers and alarms',
  });
  const health = new HealthStack(app, 'LifelineHealth', {
    config,
    data,
    description: 'Lifeline: health checks and their alarms',
  });
  return { data, api, delivery, health };
}
