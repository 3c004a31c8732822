import { type App, Lazy } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.ts';
import { readConfig } from './config.ts';
import { DataStack } from './data-stack.ts';
import { DeliveryStack } from './delivery-stack.ts';
import { HealthStack } from './health-stack.ts';

/** The stacks of one installation, with the settings in the app's context. */
export function addStacks(app: App) {
  alignTokens();
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
    publicBaseUrl: api.publicBaseUrl,
    queues: {
      redrives: api.redrives,
      'sns-log': delivery.snsLog,
      ...(delivery.sesEvents && { 'ses-events': delivery.sesEvents }),
    },
    description: 'Lifeline: health checks and their alarms',
  });
  return { data, api, delivery, health };
}

/**
 * CDK numbers its placeholders from a random digit on and sorts what it merges in policies by them as text: of 999 and 1000
 * the second comes first, and which grants are these differs from run to run. So an app begins where the next 10,000
 * have as many digits; it takes some 3,000. They are numbered through a process: tests make many apps in one.
 */
function alignTokens(): void {
  const next = () => Number(/\.(\d+)\]/.exec(Lazy.string({ produce: () => '' }))?.[1]);
  for (let at = next(); digits(at) !== digits(at + 10_000); at = next());
}

const digits = (number: number): number => String(number).length;
