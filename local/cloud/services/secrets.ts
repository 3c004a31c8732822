/** Secrets Manager: the two actions the Lambdas use, over the JSON 1.1 protocol. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody, sendJson } from '../http.ts';

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
      const { SecretId } = JSON.parse((await readBody(req, 65_536)).toString() || '{}') as { SecretId?: string };
      const arn = [...values.keys()].find((key) => key === SecretId || key.endsWith(`:secret:${SecretId}`));
      if (action !== 'GetSecretValue' && action !== 'DescribeSecret')
        return fail('UnknownOperationException', `the local run knows no ${action}`);
      if (!arn) return fail('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
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
