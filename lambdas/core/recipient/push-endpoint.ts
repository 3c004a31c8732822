/** Platforms that we have a payload for; the sandbox is that of development builds. */
const ENDPOINT =
  /^arn:aws[a-z-]*:sns:[a-z0-9-]{1,32}:\d{12}:endpoint\/(GCM|APNS|APNS_SANDBOX)\/([\w.-]{1,256})\/([\w-]{1,64})$/;

export interface PushEndpoint {
  platform: 'GCM' | 'APNS' | 'APNS_SANDBOX';
  /** The platform application it belongs to. */
  app: string;
  id: string;
}

/**
 * Reads the ARN of a mobile push endpoint of SNS, `arn:aws:sns:<region>:<account>:endpoint/GCM/<app>/<id>`; undefined
 * when it is anything else. No ARN has a blank, so several can be joined by one.
 */
export function parsePushEndpoint(arn: string): PushEndpoint | undefined {
  const [, platform, app = '', id = ''] = ENDPOINT.exec(arn) ?? [];
  return platform === undefined ? undefined : { platform: platform as PushEndpoint['platform'], app, id };
}
