/**
 * Lifeline in one thread: the real handlers over in-memory ports, on a clock that the test moves. Ten minutes pass in
 * milliseconds, and nothing waits.
 *
 * One file because it is the one place where everything is put together for tests.
 */
import type { Context, SQSEvent } from 'aws-lambda';
import { createStopAgain } from '../../lambdas/answers/stop-again.ts';
import { createAnswerIncident, createAnswerNotification } from '../../lambdas/api/answer.ts';
import { createDispatchHandler } from '../../lambdas/api/dispatch.ts';
import {
  createGetNotification,
  createListIncidentDeliveries,
  createListNotifications,
} from '../../lambdas/api/read.ts';
import {
  createDeleteRecipient,
  createGetRecipient,
  createListRecipients,
  createPutRecipient,
} from '../../lambdas/api/recipients.ts';
import { createConfirmVerification, createSendVerification } from '../../lambdas/api/verification.ts';
import type {
  AwaitedReceipts,
  CircuitStore,
  CodeStore,
  DedupeStore,
  LateReceipts,
  PaceStore,
  PageStore,
  Receipt,
  RecipientStore,
  SendResult,
  SmsProvider,
  SmsRequest,
} from '../../lambdas/core/ports.ts';
import { rules } from '../../lambdas/core/rules.ts';
import type { CapStore, VerificationStore } from '../../lambdas/core/verification/stores.ts';
import { createConsume } from '../../lambdas/delivery/consume.ts';
import { createDeliver } from '../../lambdas/delivery/deliver.ts';
import { createPace } from '../../lambdas/delivery/pace.ts';
import { createSmsChannel } from '../../lambdas/delivery/sms-channel.ts';
import { createAnswerPage } from '../../lambdas/operations/answer-page.ts';
import { createCircuits } from '../../lambdas/operations/circuits.ts';
import { createConfirmPhone } from '../../lambdas/operations/confirm-phone.ts';
import { createDispatch } from '../../lambdas/operations/dispatch.ts';
import type { OptOut } from '../../lambdas/operations/opt-out.ts';
import { createReceiveReceipt } from '../../lambdas/operations/receive-receipt.ts';
import { createReserveCode } from '../../lambdas/operations/reserve-code.ts';
import { createSendCode } from '../../lambdas/operations/send-code.ts';
import { createSenderLimits } from '../../lambdas/operations/sender-limits.ts';
import { createStopIncident } from '../../lambdas/operations/stop-incident.ts';
import { createReceiptChecks } from '../../lambdas/receipts/receipt-check.ts';
import { createSnsSmsLog } from '../../lambdas/receipts/sns-sms-log.ts';
import { createTwilioSmsStatus } from '../../lambdas/receipts/twilio-sms-status.ts';
import type { OperationId } from '../../lambdas/runtime/api.gen.ts';
import { apiHandler } from '../../lambdas/runtime/api-handler.ts';
import { logsHandler } from '../../lambdas/runtime/logs-handler.ts';
import { originOf } from '../../lambdas/runtime/schemas/phone.ts';
import { sqsHandler } from '../../lambdas/runtime/sqs-handler.ts';
import { answerWays } from './answer-ways.ts';
import { apiEvent, type EventOptions } from './api-event.ts';
import { createHealthParts } from './health-parts.ts';
import { logEvent } from './log-event.ts';
import {
  memoryAudit,
  memoryAwaited,
  memoryCaps,
  memoryCircuits,
  memoryCodes,
  memoryDedupe,
  memoryLateReceipts,
  memoryPaces,
  memoryPages,
  memoryRecipients,
  memoryVerifications,
} from './memory-ports.ts';
import { MemoryQueue } from './memory-queue.ts';
import { recordedTelemetry } from './telemetry.ts';
import { signTwilio } from './twilio-callback.ts';

export const ALICE = '+14155550100';
export const TWILIO = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'token-of-tests', phoneNumber: '+14155550000' };
export const PUBLIC_BASE_URL = 'https://lifeline.example/api';

type Provider = (request: SmsRequest, call: number) => SendResult | undefined | Promise<SendResult | undefined>;

export interface Sent extends SmsRequest {
  by: 'twilio' | 'sns';
  at: number;
  providerId: string;
}

interface Options {
  /** What Twilio makes of a send; default: it accepts. */
  provider?: Provider;
  /** What SNS makes of it. Without this the channel has one provider. */
  standby?: Provider;
  /** What Twilio says when it is asked for a message's status. */
  ask?: (providerId: string) => Receipt | undefined;
  /** Wraps the page store, for faults. */
  wrapPages?: (pages: PageStore) => PageStore;
  /** Wraps every send to a queue, for faults. */
  wrapQueue?: <A extends unknown[], R>(send: (...args: A) => Promise<R>) => (...args: A) => Promise<R>;
  /** How many workers the sender limits reckon with. */
  environments?: number;
  /** Other stores than those in memory. */
  stores?: Partial<{
    pages: PageStore;
    recipients: RecipientStore;
    dedupe: DedupeStore;
    codes: CodeStore;
    circuits: CircuitStore;
    verifications: VerificationStore;
    caps: CapStore;
    awaited: AwaitedReceipts;
    lateReceipts: LateReceipts;
    paces: PaceStore;
  }>;
  /** Where codes are sent; default everywhere. */
  smsCountries?: ReadonlySet<string>;
}

export function createWorld(options: Options = {}) {
  let now = Date.parse('2026-11-22T03:00:00Z');
  const clock = { now: () => now };
  const telemetry = recordedTelemetry();
  const memory = memoryPages();
  const plain = options.stores?.pages ?? memory;
  const pages = options.wrapPages?.(plain) ?? plain;
  const recipients = options.stores?.recipients ?? memoryRecipients();
  const dedupe = options.stores?.dedupe ?? memoryDedupe();
  const codes = options.stores?.codes ?? memoryCodes(clock);
  const audit = memoryAudit();
  const awaited = options.stores?.awaited ?? memoryAwaited();
  const lateReceipts = options.stores?.lateReceipts ?? memoryLateReceipts();
  const urgent = new MemoryQueue('urgent', clock.now);
  const normal = new MemoryQueue('normal', clock.now);
  const stops = new MemoryQueue('stops', clock.now);
  const dead: { message: unknown; reason: { code: string } }[] = [];

  const checkQueue = new MemoryQueue('checks', clock.now);

  const sent: Sent[] = [];
  const calls: { at: number; ref: string; by: 'twilio' | 'sns' }[] = [];
  const smsProvider = (name: 'twilio' | 'sns', behaviour: Provider | undefined): SmsProvider => ({
    name,
    twoWay: name === 'twilio',
    receipts: name === 'twilio' ? 'callback' : 'late',
    async send(request) {
      calls.push({ at: now, ref: request.ref, by: name });
      const id = String(calls.length).padStart(32, '0');
      const result = (await behaviour?.(request, calls.length)) ?? {
        outcome: 'accepted' as const,
        providerId: name === 'twilio' ? `SM${id}` : `sns:${id}`,
        providerStatus: name === 'twilio' ? 'queued' : 'accepted',
      };
      if (result.outcome === 'accepted') sent.push({ ...request, at: now, providerId: result.providerId, by: name });
      return result;
    },
  });

  const stopIncident = createStopIncident(pages, { send: async (message, ms) => stops.send(message, ms) });
  const deadLetters = {
    put: async (message: unknown, reason: { code: string }) => void dead.push({ message, reason }),
  };
  const enqueue = async (message: object, priority: string, ms = 0) =>
    (priority === 'CRITICAL' ? urgent : normal).send(message, ms);
  const queue = { send: options.wrapQueue?.(enqueue) ?? enqueue };
  const dispatch = createDispatch({
    pages,
    recipients,
    dedupe,
    queue,
    stopIncident,
    reserveCode: createReserveCode(codes),
    clock,
    available: new Set(['sms'] as const),
  });
  const optOut: Pick<OptOut, 'suppress'> = { suppress: (...args) => ways.optOut.suppress(...args) };
  const receiveReceipt = createReceiveReceipt({
    pages,
    queue,
    optOut,
    duplicate: () => telemetry.count('Duplicate'),
    clock,
  });
  const receiptChecks = { schedule: async (check: object, ms: number) => checkQueue.send(check, ms) };
  const circuitStore = options.stores?.circuits ?? memoryCircuits();
  const operations = createHealthParts({ clock, circuits: circuitStore, audit, telemetry });
  const circuitsOf = () =>
    createCircuits({
      store: circuitStore,
      clock,
      rules: rules(),
      random: () => 0,
      changed: (name, event) => telemetry.count(`${name} ${event}`),
    });
  const providers = [
    smsProvider('twilio', options.provider),
    ...(options.standby ? [smsProvider('sns', options.standby)] : []),
  ];
  const smsChannel = createSmsChannel({
    providers,
    lateReceipts,
    receiptChecks,
    receiveReceipt,
    actionLink: async (page) => `${PUBLIC_BASE_URL}/actions/${page.id}`,
    optOut,
    rules: rules(),
    logger: telemetry.logger,
    count: telemetry.count,
  });
  const deliver = createDeliver({
    pages,
    queue,
    deadLetters,
    channel: smsChannel,
    circuits: circuitsOf(),
    rules: rules(),
    clock,
    random: () => 0,
  });
  const limits = createSenderLimits(
    { store: options.stores?.paces ?? memoryPaces(), clock, rules: rules() },
    options.environments ?? 1,
  );
  const pace = createPace({ limits, queue, rules: rules() }, options.standby ? ['twilio', 'sns'] : ['twilio']);
  const checks = createReceiptChecks({
    pages,
    receiveReceipt,
    checks: receiptChecks,
    awaited,
    ask: async (id) => options.ask?.(id),
    missing: () => telemetry.count('MissingReceipt'),
    rules: rules(),
    clock,
  });
  const answerDeps = { answerPage: createAnswerPage({ pages, stopIncident }), stopIncident, audit, clock };
  const ways = answerWays({
    ...{ pages, codes, recipients, audit, clock, telemetry, answerPage: answerDeps.answerPage },
    ...{ twilio: TWILIO, publicBaseUrl: PUBLIC_BASE_URL },
  });
  const recipientDeps = { recipients, optOuts: ways.optOuts, pages, audit, clock };
  const verifications = options.stores?.verifications ?? memoryVerifications();
  const verificationDeps = {
    sendCode: createSendCode({
      recipients,
      verifications,
      caps: options.stores?.caps ?? memoryCaps(),
      optOuts: ways.optOuts,
      optOut: ways.optOut,
      chain: providers,
      circuits: circuitsOf(),
      originOf,
      countries: options.smsCountries ?? 'all',
      clock,
      random: () => 0,
    }),
    confirmPhone: createConfirmPhone({ recipients, verifications, optOuts: ways.optOuts, clock }),
    audit,
    clock,
    ...telemetry,
  };
  const api = apiHandler(
    {
      dispatchNotification: createDispatchHandler({ dispatch, ...telemetry }),
      getNotification: createGetNotification({ pages }),
      listNotifications: createListNotifications({ pages, clock }),
      listIncidentDeliveries: createListIncidentDeliveries({ pages }),
      acknowledgeNotification: createAnswerNotification('acknowledge', answerDeps),
      resolveNotification: createAnswerNotification('resolve', answerDeps),
      acknowledgeIncident: createAnswerIncident('acknowledge', answerDeps),
      resolveIncident: createAnswerIncident('resolve', answerDeps),
      getRecipient: createGetRecipient(recipientDeps),
      listRecipients: createListRecipients(recipientDeps),
      putRecipient: createPutRecipient(recipientDeps),
      deleteRecipient: createDeleteRecipient(recipientDeps),
      ...ways.handlers,
      sendVerification: createSendVerification(verificationDeps),
      confirmVerification: createConfirmVerification(verificationDeps),
      ...operations.handlers,
      receiveTwilioSmsStatus: createTwilioSmsStatus({
        receiveReceipt,
        authTokenOf: async (sid) => (sid === TWILIO.accountSid ? TWILIO.authToken : undefined),
        publicBaseUrl: PUBLIC_BASE_URL,
      }),
    },
    telemetry,
  );
  const hide = (lane: MemoryQueue) => async (record: { messageId: string }, ms: number) =>
    lane.hide(Number(record.messageId), ms);
  const worker = (lane: MemoryQueue) =>
    sqsHandler(
      createConsume({
        deliver,
        pace,
        isUrgent: () => lane === urgent,
        deadLetters,
        hide: hide(lane),
        clock,
        logger: telemetry.logger,
      }),
      telemetry,
    );
  const consumers = [
    { lane: urgent, handler: worker(urgent) },
    { lane: normal, handler: worker(normal) },
    { lane: stops, handler: sqsHandler(createStopAgain(pages), telemetry) },
    { lane: checkQueue, handler: sqsHandler(({ body }) => checks.check(body), telemetry) },
  ];

  /** One call to the API. Problems come back like any other answer. */
  async function call(operation: OperationId, event: EventOptions = {}) {
    const answer = await api(apiEvent(operation, event), CONTEXT);
    const headers = Object.fromEntries(
      Object.entries(answer.headers ?? {}).map(([k, v]) => [k.toLowerCase(), String(v)]),
    );
    const isJson = headers['content-type']?.includes('json');
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape; test/contract checks them against the schema
    const body: any = !answer.body ? undefined : isJson ? JSON.parse(answer.body) : answer.body;
    return { status: answer.statusCode, headers, body };
  }

  /** Lets the consumers take what is due, batch by batch, until nothing is. */
  async function drain(): Promise<void> {
    for (const { lane, handler } of consumers) {
      for (let batch = lane.receive(); batch.length > 0; batch = lane.receive()) {
        const { batchItemFailures } = await handler(sqsEvent(batch), CONTEXT);
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        for (const { id } of batch) if (!failed.has(String(id))) lane.delete(id);
      }
    }
  }

  /** Moves the clock, stopping wherever a message becomes due. */
  async function advance(ms: number): Promise<void> {
    const end = now + ms;
    await drain();
    for (;;) {
      const due = consumers.flatMap(({ lane }) => lane.nextAt() ?? []);
      const next = Math.min(...due.filter((at) => at > now), Number.POSITIVE_INFINITY);
      if (next > end) break;
      now = next;
      await drain();
    }
    now = end;
  }

  const snsLogReader = logsHandler(createSnsSmsLog({ lateReceipts, receiveReceipt, ...telemetry }), telemetry);

  /** A signed status callback for a send. */
  function callback(ref: string, messageSid: string, status: string, fields: Record<string, string> = {}) {
    const url = `${PUBLIC_BASE_URL}/webhooks/twilio/sms/status/${ref}`;
    const form = { AccountSid: TWILIO.accountSid, MessageSid: messageSid, MessageStatus: status, ...fields };
    return call('receiveTwilioSmsStatus', {
      params: { ref },
      caller: null,
      ...signTwilio(TWILIO.authToken, url, form),
    });
  }

  let texts = 0;
  /** A text from a phone to our number, as Twilio passes it on. */
  function signedText(from: string, said: string, fields: Record<string, string> = {}): EventOptions {
    const url = `${PUBLIC_BASE_URL}/webhooks/twilio/sms/inbound`;
    const MessageSid = `SM${String(++texts).padStart(32, 'f')}`;
    const To = TWILIO.phoneNumber;
    const form = { AccountSid: TWILIO.accountSid, MessageSid, From: from, To, Body: said, ...fields };
    return { caller: null, base64: true, ...signTwilio(TWILIO.authToken, url, form) };
  }

  /** Texts from a phone; what is texted back, empty for silence. */
  async function text(...said: Parameters<typeof signedText>): Promise<string> {
    const { status, body } = await call('receiveTwilioSmsInbound', signedText(...said));
    if (status !== 200) throw new Error(`the inbound webhook answers ${status}`);
    return /<Message>(.*)<\/Message>/s.exec(body)?.[1] ?? '';
  }

  const putAlice = (fields: object = {}) =>
    call('putRecipient', {
      params: { id: 'usr_alice' },
      body: { name: 'Alice', phone: ALICE, phoneVerified: true, ...fields },
    });

  return {
    now: clock.now,
    call,
    drain,
    advance,
    callback,
    /** Lines of the delivery log of SNS. */
    snsLog: (...lines: string[]) => snsLogReader(logEvent(lines), CONTEXT),
    text,
    signedText,
    putAlice,
    ...ways,
    page: async (id: string) => (await call('getNotification', { params: { id } })).body,
    sent,
    calls,
    dead,
    queues: { urgent, normal, stops, checks: checkQueue },
    circuits: circuitStore,
    /** The health checks: `check()` makes one, `findings` is what it finds. */
    checks: operations,
    sweepReceipts: checks.sweep,
    pages: memory,
    audit,
    ...telemetry,
  };
}

/** The dispatch of the README. */
export const INCIDENT = {
  incident: { id: 'INC-1042', title: 'High error rate', priority: 'CRITICAL', service: 'payments-api' },
  recipientId: 'usr_alice',
};

export const CONTEXT = {
  awsRequestId: 'test',
  functionName: 'test',
  getRemainingTimeInMillis: () => 15_000,
} as unknown as Context;

export const sqsEvent = (batch: { id: number; body: string; receives: number }[]): SQSEvent => ({
  Records: batch.map(({ id, body, receives }) => ({
    messageId: String(id),
    receiptHandle: String(id),
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '0',
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:test',
    awsRegion: 'us-east-1',
  })),
});
