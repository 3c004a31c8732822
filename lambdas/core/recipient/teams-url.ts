/**
 * The hosts that Workflows in Teams gives webhook URLs on: Logic Apps, and Power Platform, which new ones are made on.
 * Office connectors (`*.webhook.office.com`) are retired.
 */
const HOSTS = ['.logic.azure.com', '.environment.api.powerplatform.com'];
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Whether this is the webhook of a workflow. A recipient's webhook is a caller's input that we then post to, so nothing
 * else may pass: not another port, not another scheme, no credentials.
 */
export function isTeamsWebhook(url: string): boolean {
  const parsed = URL.parse(url);
  return (
    parsed?.protocol === 'https:' &&
    parsed.username === '' &&
    parsed.password === '' &&
    parsed.port === '' &&
    HOSTS.some((host) => parsed.hostname.endsWith(host) && parsed.hostname.length > host.length)
  );
}

/** Whether the URL stays on the machine. Only the local run may take one: in AWS, Lambda's own API listens there. */
export function isLoopbackUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && /^https?:$/.test(parsed.protocol) && LOOPBACK.test(parsed.hostname);
}
