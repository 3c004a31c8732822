/** Publish to a mobile push endpoint: what SNS checks, and what the device would show. */
import { randomUUID } from 'node:crypto';
import { maskAnyPhones } from '../../../lambdas/core/recipient/mask.ts';
import { type PushEndpoint, parsePushEndpoint } from '../../../lambdas/core/recipient/push-endpoint.ts';
import type { Mode } from '../modes.ts';
import type { Devices, PushItem } from './devices.ts';
import type { Endpoints } from './endpoints.ts';
import { type SnsAnswer, snsError, snsResult } from './errors.ts';

/** SNS takes this much for all platforms together, and APNs and FCM this much each. */
const MAX_BYTES = 262_144;
const MAX_PLATFORM_BYTES = 4_096;

interface Surroundings {
  devices: Devices;
  endpoints: Endpoints;
  /** One line per notification that arrives. */
  log: (line: string) => void;
}

/** Takes a notification, or says why not. An endpoint whose id begins with `unknown` does not exist. */
export function publishPush(form: URLSearchParams, mode: Mode, { devices, endpoints, log }: Surroundings): SnsAnswer {
  const wrong = (about: string) => snsError('InvalidParameter', about);
  const endpoint = parsePushEndpoint(form.get('TargetArn') ?? '');
  if (!endpoint) return wrong('TargetArn Reason: not an ARN of an endpoint');
  const values = messageFor(endpoint, form);
  if ('status' in values) return values;
  const shown = read(endpoint, values.payload);
  if (!shown) return wrong(`Message Reason: Invalid notification for protocol ${endpoint.platform}`);
  if (!endpoints.isEnabled(endpoint.id)) return snsError('EndpointDisabled');
  if (endpoint.id.startsWith('unknown'))
    return wrong('TargetArn Reason: No endpoint found for the target arn specified');
  if (mode.mode === 'ok' && mode.errorCode) return snsError(String(mode.errorCode));
  const id = randomUUID();
  const item = { id, at: new Date().toISOString(), ...shown, provider: 'sns-push' };
  const isSilent = item.title === '' && item.body === '';
  if (mode.mode !== 'undelivered' && endpoints.reaches(endpoint.id) && !isSilent) {
    devices.show(endpoint.id, item);
    log(`▯ push ${endpoint.id}  ${maskAnyPhones(`${item.title} ${item.body}`.replace(/\s+/g, ' '))}`);
  }
  return snsResult('Publish', `<MessageId>${id}</MessageId>`);
}

/** `SetEndpointAttributes` and `GetEndpointAttributes`: the same ARN can be enabled again. */
export function endpointAttributes(form: URLSearchParams, endpoints: Endpoints): SnsAnswer {
  const action = form.get('Action') ?? '';
  const endpoint = parsePushEndpoint(form.get('EndpointArn') ?? '');
  if (!endpoint) return snsError('InvalidParameter', 'EndpointArn Reason: not an ARN of an endpoint');
  if (endpoint.id.startsWith('unknown')) return snsError('NotFound');
  if (action === 'SetEndpointAttributes') {
    const names = [...form.keys()].filter((name) => form.get(name) === 'Enabled');
    for (const name of names) {
      const value = form.get(name.replace(/key$/, 'value'));
      endpoints.enable(endpoint.id, value === 'true');
    }
    return snsResult(action, '');
  }
  const enabled = endpoints.isEnabled(endpoint.id);
  return snsResult(action, `<Attributes><entry><key>Enabled</key><value>${enabled}</value></entry></Attributes>`);
}

/** The part of the message that is meant for the endpoint's platform; `default` for those it does not name. */
function messageFor({ platform }: PushEndpoint, form: URLSearchParams): { payload: string } | SnsAnswer {
  const wrong = (about: string) => snsError('InvalidParameter', about);
  const message = form.get('Message') ?? '';
  const structure = form.get('MessageStructure');
  if (message === '') return wrong('Empty message');
  if (Buffer.byteLength(message) > MAX_BYTES) return wrong('Message too long');
  if (structure === null) return { payload: plain(platform, message) };
  if (structure !== 'json') return wrong('MessageStructure');
  const values = parseObject(message);
  if (!values) return wrong('Message Structure - JSON message body failed to parse');
  if (typeof values.default !== 'string') {
    return wrong('Message Structure - No default entry in JSON message body');
  }
  const own = values[platform];
  // What is not a string is ignored.
  const payload = typeof own === 'string' ? own : plain(platform, values.default);
  if (Buffer.byteLength(payload) > MAX_PLATFORM_BYTES) {
    return wrong(`Message Reason: Invalid notification for protocol ${platform}: Message too long`);
  }
  return { payload };
}

/** How SNS wraps a text that is not made for a platform. */
const plain = (platform: string, text: string) =>
  JSON.stringify(platform === 'GCM' ? { data: { default: text } } : { aps: { alert: text } });

type Shown = Pick<PushItem, 'title' | 'body' | 'critical' | 'data'>;

/** What a device makes of it; undefined when the platform would refuse it. */
function read({ platform }: PushEndpoint, payload: string): Shown | undefined {
  const json = parseObject(payload);
  if (!json) return undefined;
  if (platform === 'GCM') return 'fcmV1Message' in json ? readFcm(json.fcmV1Message) : readLegacy(json);
  const { aps, ...data } = json;
  if (!isObject(aps)) return undefined;
  const alert = isObject(aps.alert) ? aps.alert : { body: aps.alert };
  const critical = isObject(aps.sound) && aps.sound.critical === 1 && aps['interruption-level'] === 'critical';
  return { title: words(alert.title), body: words(alert.body), critical, data };
}

function readFcm(envelope: unknown): Shown | undefined {
  const message = isObject(envelope) && isObject(envelope.message) ? envelope.message : undefined;
  if (!message) return undefined;
  const { notification = {}, data = {}, android = {} } = message;
  if (!isObject(notification) || !isObject(data) || !isObject(android)) return undefined;
  // FCM refuses data that is not text.
  if (Object.values(data).some((value) => typeof value !== 'string')) return undefined;
  const channel = isObject(android.notification) ? android.notification.channel_id : undefined;
  const critical = android.priority === 'high' && /critical/i.test(words(channel));
  return { title: words(notification.title), body: words(notification.body), critical, data };
}

function readLegacy({ notification, data }: Record<string, unknown>): Shown | undefined {
  if (!isObject(data) && !isObject(notification)) return undefined;
  const { title, body } = isObject(notification) ? notification : {};
  const all = isObject(data) ? data : {};
  return { title: words(title), body: words(body ?? all.default), critical: false, data: all };
}

const words = (value: unknown): string => (typeof value === 'string' ? value : '');
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
