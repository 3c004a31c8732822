/** Secrets Manager: the two actions the Lambdas use, over the JSON 1.1 protocol. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { writePrivately } from '../files.ts';
import { readBody, sendJson } from '../http.ts';
import type { Resolve } from '../template/resolver.ts';
import { ignored, shaped } from '../template/shape.ts';
import type { Resource } from '../template/template.ts';

export interface SecretSpec {
  arn: string;
  /** AWS makes its value; else a person fills it in, and the run does from its settings. */
  isGenerated: boolean;
}

const secretSchema = z.strictObject({
  Name: z.string().optional(),
  GenerateSecretString: z.record(z.string(), z.unknown()),
  Description: ignored,
  KmsKeyId: ignored, // nothing is encrypted at rest
  Tags: ignored,
});

/** Reads one secret. With a template around the generated string, that string only holds the place. */
export function secretSpec(resource: Resource, resolve: Resolve, arn: string): SecretSpec {
  const { GenerateSecretString } = shaped(resource, resolve, secretSchema);
  return { arn, isGenerated: !('SecretStringTemplate' in GenerateSecretString) };
}

/** Values made at random, once, and kept in `file`: links of an earlier run go on working. */
export function generatedSecrets(file: string): (arn: string) => string {
  const values: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return (arn) => {
    values[arn] ??= randomBytes(32).toString('hex');
    writePrivately(file, JSON.stringify(values));
    return values[arn];
  };
}

export interface Secrets {
  url: string;
  stop(): Promise<void>;
}

/** Serves `values` by ARN, on a free port of the loopback. The name after `secret:` finds a secret as well. */
export async function startSecrets(values: ReadonlyMap<string, string>): Promise<Secrets> {
  const server = createServer(async (req, res) => {
    const fail = (code: string, message: string) => sendJson(res, 400, { __type: code, message });
    try {
      const action = String(req.headers['x-amz-target'] ?? '').replace(/^secretsmanager\./, '');
      const asked = JSON.parse((await readBody(req, 65_536)) || '{}') as Record<string, string | undefined>;
      const { SecretId, VersionStage = 'AWSCURRENT' } = asked;
      const arn = [...values.keys()].find((key) => key === SecretId || key.endsWith(`:secret:${SecretId}`));
      if (action !== 'GetSecretValue' && action !== 'DescribeSecret')
        return fail('UnknownOperationException', `the local run knows no ${action}`);
      if (!arn) return fail('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      // Nothing is ever rotated here, so no value has another before it.
      if (VersionStage !== 'AWSCURRENT')
        return fail(
          'ResourceNotFoundException',
          "Secrets Manager can't find the specified secret value for staging label",
        );
      const described = { ARN: arn, Name: arn.split(':').at(-1), CreatedDate: started };
      if (action === 'DescribeSecret')
        return sendJson(res, 200, { ...described, VersionIdsToStages: { [version]: ['AWSCURRENT'] } });
      sendJson(res, 200, {
        ...described,
        VersionId: version,
        VersionStages: ['AWSCURRENT'],
        SecretString: values.get(arn),
      });
    } catch {
      fail('InvalidRequestException', 'unreadable request');
    }
  });
  const version = randomUUID();
  const started = Math.floor(Date.now() / 1000);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
