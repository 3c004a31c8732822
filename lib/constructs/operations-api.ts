import { Construct } from 'constructs';
import { auditEnv } from '../../lambdas/api/audit.env.ts';
import { healthEnv } from '../../lambdas/api/health.env.ts';
import { providersEnv } from '../../lambdas/api/providers.env.ts';
import { sendersEnv } from '../../lambdas/api/senders.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { Fn } from './fn.ts';

interface Props {
  config: Pick<Config, 'voiceOriginationIdentity'>;
  data: Pick<DataStack, 'table' | 'channels' | 'providerSecret' | 'events'>;
}

/** What operators ask: is it working, which providers are used, who did what. Each reads a few keyed items. */
export class OperationsApi extends Construct {
  readonly health: Fn<typeof healthEnv>;
  readonly providers: Fn<typeof providersEnv>;
  readonly audit: Fn<typeof auditEnv>;
  readonly senders: Fn<typeof sendersEnv>;

  constructor(scope: Construct, id: string, { config, data: { table, channels, providerSecret, events } }: Props) {
    super(scope, id);
    const TABLE_NAME = table.tableName;
    const environment = { TABLE_NAME, CHANNELS: [...channels.queues.keys()].join(',') };

    this.health = new Fn(this, 'Health', {
      entry: 'api/health',
      description: 'GET /health and /health/details, from the snapshot of the health checks',
      env: healthEnv,
      environment,
    });
    table.grantItems(this.health, 'GetItem');
    table.grantQuery(this.health, 'items');

    this.providers = new Fn(this, 'Providers', {
      entry: 'api/providers',
      description: 'Providers: circuits, health, pins',
      env: providersEnv,
      environment: { ...environment, ...events.environment },
    });
    table.grantItems(this.providers, 'GetItem', 'PutItem', 'UpdateItem');
    events.grantPut(this.providers);
    table.grantQuery(this.providers, 'items');

    this.audit = new Fn(this, 'Audit', {
      entry: 'api/audit',
      description: 'GET /audit: who did what, when, from where',
      env: auditEnv,
      environment: { TABLE_NAME },
    });
    table.grantItems(this.audit, 'BatchGetItem');
    table.grantQuery(this.audit, 'items', 'byDay');

    this.senders = new Fn(this, 'Senders', {
      entry: 'api/senders',
      description: 'GET /senders.vcf: a contact card with our numbers',
      env: sendersEnv,
      environment: {
        TABLE_NAME,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        VOICE_ORIGINATION_IDENTITY: config.voiceOriginationIdentity ?? '',
      },
    });
    providerSecret.grantRead(this.senders);
    table.grantItems(this.senders, 'GetItem');
  }
}
