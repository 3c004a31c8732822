/**
 * The sms worker as Lambda loads it, over a table of its own: what its entry puts together is what no journey sees,
 * because a journey puts its world together by itself.
 */
import type { SQSEvent } from 'aws-lambda';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { parseSmsLogLine } from '../../../lambdas/providers/sms/sns-receipts.ts';
import { createCircuitStore } from '../../../lambdas/stores/circuits.ts';
import { createLateReceipts } from '../../../lambdas/stores/late-receipts.ts';
import { createPageStore } from '../../../lambdas/stores/pages.ts';
import { startTable, TABLE } from '../../support/dynalite.ts';
import { smsLogLine } from '../../support/log-event.ts';
import { flat, somePage } from '../../support/pages.ts';
import { CONTEXT, sqsEvent } from '../../support/world/sqs.ts';

const aws = vi.hoisted(() => ({ table: undefined as unknown }));
const MESSAGE_ID = 'early';
const SECRET = JSON.stringify({
  twilio: { accountSid: `AC${'1'.repeat(32)}`, authToken: 't', phoneNumber: '+14155550000' },
});
vi.mock('../../../lambdas/composition/aws/clients.ts', () => ({
  dynamo: () => aws.table,
  sqs: () => ({ send: async () => ({}) }),
  eventBridge: () => ({ send: async () => ({ Entries: [] }) }),
  secretsManager: () => ({ send: async () => ({ SecretString: SECRET }) }),
  sns: () => ({ send: async () => ({ MessageId: MESSAGE_ID }) }),
}));

const ENVIRONMENT = {
  TABLE_NAME: TABLE,
  EVENT_BUS_NAME: 'bus',
  URGENT_QUEUE_URL: 'u',
  URGENT_QUEUE_ARN: 'arn:u',
  NORMAL_QUEUE_URL: 'n',
  DEAD_LETTER_QUEUE_URL: 'd',
  RECEIPT_CHECK_QUEUE_URL: 'r',
  ESCALATION_CHECK_QUEUE_URL: 'l',
  ALERT_QUEUE_URL: 'a',
  PROVIDER_SECRET_ID: 's',
  ACTION_KEY_ID: 'k',
  LANE_CONCURRENCY: '2',
  PUBLIC_BASE_URL: 'https://lifeline.example/api',
  CALLBACK_BASE_URL: 'https://lifeline.example/api',
  // Nobody answers there, so texts go through SNS.
  SNS_SENDER_ID: 'OnCall',
  TWILIO_API_URL: 'http://127.0.0.1:1',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_DISABLED: 'true',
};

beforeEach(() => {
  for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** What is known of the circuit of SNS after a text whose log line came before SNS's answer. */
async function afterLogLine(reason: string) {
  const table = await startTable();
  onTestFinished(() => table.stop());
  aws.table = table.client;
  const pages = createPageStore(table.client, TABLE);
  const page = somePage({ requireAck: false, createdAt: Date.now() });
  await pages.create(page);
  const receipt = parseSmsLogLine(smsLogLine(MESSAGE_ID, reason));
  if (!receipt) throw new Error('the line cannot be read');
  await createLateReceipts(table.client, TABLE, { now: Date.now }).received(receipt.providerId, receipt);

  vi.resetModules();
  const { handler } = await import('../../../lambdas/delivery/sms-worker.lambda.ts');
  const body = JSON.stringify({ pageId: page.id, round: 1, channel: 'sms', claim: 1 });
  const event: SQSEvent = sqsEvent([{ id: 1, body, receives: 1 }]);
  expect(await handler(event, CONTEXT as never)).toEqual({ batchItemFailures: [] });
  const written = await pages.get(page.id, { consistent: true });
  expect(flat(written?.deliveries['1.sms'])).toMatchObject({ status: 'FAILED', provider: 'sns' });
  return createCircuitStore(table.client, TABLE).get('sns/sms', { consistent: true });
}

it.each([
  ['an account fault opens it', 'No quota left for account', { status: 'OPEN', reason: 'spend_limit' }],
  ['an account fault opens it', 'Account is disabled', { status: 'OPEN', reason: 'account_disabled' }],
  ['a sender fault takes the sender out of use', 'Invalid sender ID', { status: 'OPEN', reason: 'sender_id' }],
  ['a fault of the handset says nothing', 'Phone is currently unreachable', { status: 'CLOSED', faults: [] }],
])(
  'the circuit of SNS hears of a log line that came before the message id was known: %s (%s)',
  async (_, reason, expected) => {
    expect(await afterLogLine(reason)).toMatchObject(expected);
  },
);
