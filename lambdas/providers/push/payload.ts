/**
 * One message for every platform in the form SNS wants: a JSON object whose values are strings, each the platform's own
 * JSON. Sources: "Publishing Amazon SNS notifications with platform-specific payloads" and "Using Google Firebase Cloud
 * Messaging v1 payloads in Amazon SNS" in the SNS developer guide; Apple, "Generating a remote notification".
 */
import { graphemesOf } from '../../core/content/text.ts';
import type { PushRequest } from '../../core/providers/ports.ts';

/** APNs and FCM both take 4 KB for everything in a notification; SNS takes 256 KB for all platforms together. */
const MAX_BYTES = 4_096;

/**
 * The notification channel that the Android app must have made, with the right to break through do-not-disturb: there
 * it is the channel that decides, not the message.
 */
export const CRITICAL_CHANNEL = 'lifeline-critical';

/** Seconds a phone may be out of reach: a page ends within 30 minutes (docs/spec/escalation.md#follow-ups). */
export const LIFETIME_SECONDS = 1_800;

/**
 * The `Message` of a Publish with `MessageStructure: json`. The body is cut by whole characters until every platform
 * takes it; undefined when what is beside the body is too large already.
 */
export function pushMessage(request: PushRequest): string | undefined {
  const characters = graphemesOf(request.body);
  const cut = (length: number) => ({ ...request, body: `${characters.slice(0, length).join('').trimEnd()}...` });
  if (fits(request)) return message(request);
  // The longest start that fits: between `low`, which does, and `high`, which does not.
  let [low, high] = [0, characters.length];
  if (!fits(cut(low))) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(cut(middle))) low = middle;
    else high = middle;
  }
  return message(cut(low));
}

const fits = (request: PushRequest) =>
  [fcm(request), apns(request)].every((payload) => Buffer.byteLength(payload) <= MAX_BYTES);

function message(request: PushRequest): string {
  const apple = apns(request);
  return JSON.stringify({ default: request.title, GCM: fcm(request), APNS: apple, APNS_SANDBOX: apple });
}

const fcm = ({ title, body, critical, data }: PushRequest) =>
  JSON.stringify({
    fcmV1Message: {
      message: {
        notification: { title, body },
        data,
        android: {
          priority: 'high',
          ttl: `${LIFETIME_SECONDS}s`,
          ...(critical && { notification: { channel_id: CRITICAL_CHANNEL, notification_priority: 'PRIORITY_MAX' } }),
        },
      },
    },
  });

/** Critical alerts sound in spite of the mute switch and of focus; the app needs Apple's entitlement for them. */
const apns = ({ title, body, critical, data }: PushRequest) =>
  JSON.stringify({
    ...data,
    aps: {
      alert: { title, body },
      sound: critical ? { critical: 1, name: 'default', volume: 1 } : 'default',
      'interruption-level': critical ? 'critical' : 'time-sensitive',
    },
  });
