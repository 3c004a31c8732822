/** The simulator takes what AWS's own client publishes to a topic, and shows it to whoever asks what operations got. */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { createOperationsTopic } from '../../lambdas/stores/operations-topic.ts';
import { type Running, runSimulators } from './simulator.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:LifelineDelivery-OperationsTopic';
const clientOf = ({ origin }: Running) => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new SNSClient({ region: 'us-east-1', endpoint: `${origin}/simulators/sns`, credentials, maxAttempts: 1 });
};
const told = async ({ origin }: Running) => (await (await fetch(`${origin}/simulators/operations`)).json()) as object;

describe('what is published to a topic', () => {
  it('what is published to a topic is shown, whatever mode texts are in, and logged by its subject', async () => {
    const running = await runSimulators({ topics: [TOPIC] });
    await fetch(`${running.origin}/simulators/sns`, { method: 'PUT', body: JSON.stringify({ mode: 'down' }) });
    const topic = createOperationsTopic(() => clientOf(running), TOPIC);
    await topic.publish({ subject: 'Lifeline: A page failed', text: 'first line\nsecond line' });
    expect(await told(running)).toEqual({
      items: [
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          at: expect.stringMatching(/Z$/),
          topic: 'LifelineDelivery-OperationsTopic',
          subject: 'Lifeline: A page failed',
          body: 'first line\nsecond line',
        },
      ],
    });
    expect(running.log.join('\n')).toContain('Lifeline: A page failed');
  });

  it.each([
    ['NotFoundException', { TopicArn: `${TOPIC}2` }],
    ['InvalidParameterException', { TopicArn: 'topic' }],
    ['InvalidParameterException', { Message: '' }],
    ['InvalidParameterException', { Subject: 'x'.repeat(100) }],
    ['InvalidParameterException', { Subject: 'two\nlines' }],
  ])('%s: %o', async (name, params) => {
    const running = await runSimulators({ topics: [TOPIC] });
    const command = new PublishCommand({ TopicArn: TOPIC, Message: 'm', Subject: 's', ...params });
    const refusal = await clientOf(running)
      .send(command)
      .catch((error) => error);
    expect(refusal).toMatchObject({ name, $fault: 'client' });
    expect(await told(running)).toEqual({ items: [] });
  });

  it('an alert without a topic is published nowhere', async () => {
    const nobody = () => {
      throw new Error('asked');
    };
    await createOperationsTopic(nobody, '').publish({ subject: 's', text: 't' });
  });
});
