import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../lambdas/runtime/logger.ts';
import { METRICS } from '../../lambdas/runtime/metric-names.ts';
import { createCount } from '../../lambdas/runtime/metrics.ts';
import { type Json, ROOT, synth } from './synth.ts';

const { functions, ofType, resourceOf, target } = synth();
const each = it.each(functions.map((fn) => [fn.entry, fn] as const));

describe('functions', () => {
  it('are the entries, each once, and nothing else', () => {
    const entries = readdirSync(join(ROOT, 'lambdas'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.lambda.ts'))
      .map((file) => file.replaceAll('\\', '/').replace(/\.lambda\.ts$/, ''));
    expect(functions.map(({ entry }) => entry).sort()).toEqual(entries.sort());
    expect(ofType('AWS::Lambda::Function')).toHaveLength(entries.length);
  });

  each('%s runs on Node 24 and ARM and ends in time', (_entry, fn) => {
    const { properties } = resourceOf(fn);
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    // The API gives up after 29 s; queues count on 15.
    expect(properties.Timeout).toBe(15);
    expect(properties.Description.length).toBeGreaterThan(10);
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  each('%s gets exactly the variables it parses', (_entry, fn) => {
    const variables = resourceOf(fn).properties.Environment?.Variables ?? {};
    expect(Object.keys(variables).sort()).toEqual(Object.keys(fn.schema._zod.def.shape).sort());
  });

  each(
    '%s has variables that fit into the 4 KB that Lambda takes, with names as long as AWS makes them',
    (_entry, fn) => {
      // CloudFormation's name of a queue is stack, logical id and 13 characters: 70 is more than any of ours has. The
      // rest (ARNs of secrets, names of tables, keys) is shorter than such a queue's URL.
      const generated = `https://sqs.ap-southeast-1.amazonaws.com/123456789012/${'x'.repeat(70)}`;
      const text = (value: Json): string => {
        if (typeof value === 'string') return value;
        const [separator, parts] = value['Fn::Join'] ?? [];
        if (parts) return parts.map(text).join(separator);
        return JSON.stringify(value).includes('QueueName') ? 'x'.repeat(70) : generated;
      };
      const variables = Object.entries<Json>(resourceOf(fn).properties.Environment?.Variables ?? {});
      const given = variables.map(([name, value]) => name + text(value)).join('');
      expect(Buffer.byteLength(given)).toBeLessThan(4_096);
    },
  );

  each('%s parses them with the schema in the file next to it', async (entry, fn) => {
    // The workers of all channels have theirs in one file.
    const schemas = entry.replace(/^delivery\/\w+-worker$/, 'delivery/worker');
    const file = await import(join(ROOT, `lambdas/${schemas}.env.ts`));
    expect(Object.values(file)).toContain(fn.schema);
    const source = readFileSync(join(ROOT, `lambdas/${entry}.lambda.ts`), 'utf8');
    const [name] = Object.entries(file).find(([, value]) => value === fn.schema) ?? [];
    expect(source).toContain(`parseEnv(${name})`);
  });

  each('%s logs to a group of its own for a month', (entry, fn) => {
    const { stack, properties } = resourceOf(fn);
    const group = target(properties.LoggingConfig.LogGroup, stack);
    expect(group?.properties).toEqual({ LogGroupName: `/lifeline/${entry.split('/').at(-1)}`, RetentionInDays: 30 });
  });

  each('%s pays for no line of the platform while all goes well, and keeps every line of ours', (_entry, fn) => {
    expect(resourceOf(fn).properties.LoggingConfig).toMatchObject({
      LogFormat: 'JSON',
      SystemLogLevel: 'WARN',
      // Above it the lines that metrics are made of would be dropped: they have no level, which counts as INFO.
      ApplicationLogLevel: 'INFO',
    });
  });

  each('%s counts under the name its alarms listen to', (entry, fn) => {
    const source = readFileSync(join(ROOT, `lambdas/${entry}.lambda.ts`), 'utf8');
    const names = [...source.matchAll(/create(?:Count|Logger)\('([^']+)'\)/g)].map(([, name]) => name);
    expect(new Set(names)).toEqual(new Set(names.length === 0 ? [] : [entry.split('/').at(-1)]));
    expect(fn.counted('recordFailed', undefined as never).dimensions).toEqual({ service: entry.split('/').at(-1) });
  });
});

describe('a count', () => {
  it('goes past the console, which Lambda would have wrap it in a line of its own', () => {
    const wrapped = vi.spyOn(console, 'log');
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    createCount('sms-worker')(METRICS.recordFailed);
    createLogger('sms-worker').info('a line');
    const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)));
    write.mockRestore();
    expect(wrapped).not.toHaveBeenCalled();
    expect(lines).toMatchObject([{ _aws: {} }, { level: 'INFO', message: 'a line' }]);
  });

  it('a count is written with the namespace, name and dimension that alarms ask for', () => {
    const worker = functions.find(({ entry }) => entry === 'delivery/sms-worker');
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    createCount('sms-worker')(METRICS.recordFailed);
    const line = JSON.parse(String(write.mock.calls[0]?.[0]));
    write.mockRestore();
    const { namespace, metricName, dimensions } = worker?.counted('recordFailed', undefined as never) ?? {};
    const [written] = line._aws.CloudWatchMetrics;
    expect([written.Namespace, written.Metrics[0].Name]).toEqual([namespace, metricName]);
    expect(written.Dimensions).toEqual([Object.keys(dimensions ?? {})]);
    expect(line).toMatchObject({ ...dimensions, [metricName ?? '']: 1 });
  });
});

describe('log groups', () => {
  it('forget, all of them, and no two are the same', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    for (const { properties } of groups) expect(properties.RetentionInDays).toBeLessThanOrEqual(90);
    const names = groups.map(({ properties }) => JSON.stringify(properties.LogGroupName));
    expect(new Set(names).size).toBe(groups.length);
    // The functions', the access log, the one API Gateway would make for itself, the two of SNS, the state machine's.
    expect(groups).toHaveLength(functions.length + 5);
  });
});
