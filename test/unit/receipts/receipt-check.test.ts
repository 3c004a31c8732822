import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createAskable } from '../../../lambdas/receipts/askable.ts';

const SID = '00000000000000000000000000000001';
const credentials = async () => ({ accountSid: `AC${SID}`, authToken: 'token', phoneNumber: '+14155550000' });

/** Twilio's API, which knows one text and one call. */
async function twilio() {
  const asked: string[] = [];
  const server = createServer((req, res) => {
    const path = (req.url ?? '').replace(/^.*\/Accounts\/[^/]+\//, '');
    asked.push(path);
    const body = path.startsWith('Messages')
      ? { sid: `SM${SID}`, status: 'delivered' }
      : { sid: `CA${SID}`, status: 'completed', answered_by: 'human', duration: '21' };
    res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it('asks for a text as a text and for a call as a call', async () => {
  const { asked, apiUrl } = await twilio();
  const { ask } = createAskable({ credentials, apiUrl });
  expect(await ask(`SM${SID}`, 'twilio/sms')).toMatchObject({ provider: 'twilio', news: 'delivered' });
  expect(await ask(`CA${SID}`, 'twilio/voice')).toMatchObject({ news: { taken: { seconds: 21 } } });
  expect(asked).toEqual([`Messages/SM${SID}.json`, `Calls/CA${SID}.json`]);
});

it('asks nobody about an e-mail', async () => {
  const { asked, apiUrl } = await twilio();
  const { ask } = createAskable({ credentials, apiUrl });
  expect([await ask('x', 'sendgrid/email'), await ask('ses:x', 'ses/email')]).toEqual([undefined, undefined]);
  expect(asked).toEqual([]);
});
