/** The functions of a synthesized assembly. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Bundle {
  /** Entry from `lambdas/`, without `.lambda.ts`: `delivery/sms-worker`. */
  entry: string;
  file: string;
  /** The variables of the function; what only AWS knows has a stand-in of the right kind. */
  environment: Record<string, string>;
}

interface Resource {
  Type: string;
  Properties: {
    LogGroupName?: string;
    LoggingConfig?: { LogGroup: { Ref: string } };
    Environment?: { Variables: Record<string, unknown> };
  };
  Metadata?: { 'aws:asset:path'?: string };
}

/** Every function of ours, found by its log group, which carries the entry's name. */
export function bundlesOf(root: string, dir: string): Bundle[] {
  const entries = readdirSync(join(root, 'lambdas'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.lambda.ts'))
    .map((file) => file.replace(/\.lambda\.ts$/, ''));
  const templates = readdirSync(dir).filter((file) => file.endsWith('.template.json'));
  const bundles = templates.flatMap((template) => {
    const { Resources } = JSON.parse(readFileSync(join(dir, template), 'utf8')) as {
      Resources: Record<string, Resource>;
    };
    return Object.values(Resources).flatMap(({ Type, Properties, Metadata }) => {
      const asset = Metadata?.['aws:asset:path'];
      if (Type !== 'AWS::Lambda::Function' || !asset) return [];
      const logGroup = Resources[Properties.LoggingConfig?.LogGroup.Ref ?? '']?.Properties.LogGroupName ?? '';
      const entry = entries.find((one) => basename(one) === basename(logGroup));
      if (!entry) return [];
      const variables = Object.entries(Properties.Environment?.Variables ?? {});
      const environment = Object.fromEntries(variables.map(([name, value]) => [name, standIn(name, value)]));
      return [{ entry, file: join(dir, asset, 'index.js'), environment }];
    });
  });
  return bundles.toSorted((a, b) => a.entry.localeCompare(b.entry));
}

function standIn(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  const parts = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [];
  const whole = parts.map((part) => (typeof part === 'string' ? part : 'stand-in')).join('');
  // JSON with holes, such as a list of queues.
  if (/^[[{]/.test(whole)) return whole;
  return /URL|URI|ISSUER/.test(name) ? 'https://example.com/stand-in' : 'stand-in';
}
