/** Hosts that only this machine can reach. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname);

/**
 * How callback URLs for a ref are made. A real provider refuses callbacks to a loopback address (contract §4), so then
 * none is asked for, a text that was accepted counts as one that got through (core/escalation/starts.ts), and the page
 * ends SENT; a provider on this machine can reach it.
 * @param providerUrl base URL of the provider's API; empty for the real one
 */
export function callbackUrl(publicBaseUrl: string, providerUrl: string, path: string) {
  const canReachUs = !isLoopback(publicBaseUrl) || (providerUrl !== '' && isLoopback(providerUrl));
  return (ref: string): string | undefined => (canReachUs ? `${publicBaseUrl}${path}/${ref}` : undefined);
}
