import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PinpointSMSVoiceV2Client } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { FIXED } from '../../core/rules.ts';
import { awsHttp } from '../../providers/aws-http.ts';
import { createHttp } from '../../providers/http.ts';

/**
 * AWS clients, one of each per process, made when first asked for: a bundle carries and starts only those it names.
 * Region, credentials and endpoints (AWS_ENDPOINT_URL_…) come from the environment.
 *
 * Calls to stores and queues may be retried by the SDK, unlike sends to people: writes are conditional and messages are
 * fenced by their attempt number, so a repeated one does no harm. Three tries of at most 2 s each and short pauses end
 * well within the function timeout of 15 s.
 */
const config = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

export const dynamo = /* @__PURE__ */ memoize(() =>
  DynamoDBDocumentClient.from(new DynamoDBClient(config), {
    // Absent fields are absent in the store too.
    marshallOptions: { removeUndefinedValues: true },
  }),
);

/** A schedule that is made twice is made once, by its name. */
export const scheduler = /* @__PURE__ */ memoize(() => new SchedulerClient(config));

export const sqs = /* @__PURE__ */ memoize(() => new SQSClient(config));

/** In the way of a send, which has other providers to try yet within the function's 15 s: two tries of a second. */
export const secretsManager = /* @__PURE__ */ memoize(
  () =>
    new SecretsManagerClient({
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
    }),
);

/** News about what is written already, and somebody waits for our answer: two tries of half a second. */
export const eventBridge = /* @__PURE__ */ memoize(
  () =>
    new EventBridgeClient({
      maxAttempts: 2,
      requestHandler: { connectionTimeout: 500, requestTimeout: 500, throwOnRequestTimeout: true },
    }),
);

/** For texts to people: one try, because a second one could be a second text (the SDK repeats after a reset). */
export const sns = /* @__PURE__ */ memoize(
  () => new SNSClient({ maxAttempts: 1, requestHandler: awsHttp(createHttp({ timeoutMs: FIXED.providerTimeout })) }),
);

/** For messages to a topic: one that comes twice does no harm. */
export const snsTopics = /* @__PURE__ */ memoize(() => new SNSClient(config));

/** For e-mails to people: one try, as with texts. */
export const sesv2 = /* @__PURE__ */ memoize(
  () => new SESv2Client({ maxAttempts: 1, requestHandler: awsHttp(createHttp({ timeoutMs: FIXED.providerTimeout })) }),
);

/** For calls to people: one try, as with texts. */
export const pinpointVoice = /* @__PURE__ */ memoize(
  () =>
    new PinpointSMSVoiceV2Client({
      maxAttempts: 1,
      requestHandler: awsHttp(createHttp({ timeoutMs: FIXED.providerTimeout })),
    }),
);

/** Starting an execution twice starts one, and ending a wait twice ends it once: repeating does no harm. */
export const sfn = /* @__PURE__ */ memoize(() => new SFNClient(config));

function memoize<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
