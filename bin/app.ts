import { App } from 'aws-cdk-lib';
import { ApiStack } from '../lib/api-stack.ts';
import { readConfig } from '../lib/config.ts';
import { DataStack } from '../lib/data-stack.ts';
import { DeliveryStack } from '../lib/delivery-stack.ts';

const app = new App();
const config = readConfig(app);

const data = new DataStack(app, 'LifelineData', { config, description: 'Lifeline: table, secrets, identity, queues' });
const api = new ApiStack(app, 'LifelineApi', { data, description: 'Lifeline: REST API' });
new DeliveryStack(app, 'LifelineDelivery', {
  config,
  data,
  publicBaseUrl: api.publicBaseUrl,
  description: 'Lifeline: workers and alarms',
});
