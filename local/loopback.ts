/** Whether providers on the internet cannot reach this URL. */
export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

interface Urls {
  live: boolean;
  publicBaseUrl: string;
  /** Empty means the real one. */
  providerUrls: { twilio: string };
}

/**
 * What Twilio is told to call back; empty where it is told nothing. The real one refuses callbacks to a loopback
 * address, and a live run means the real one, wherever its URL leads (docs/spec/delivery.md#receipts); one on this
 * machine can reach us.
 */
export function callbackBaseUrl({ live, publicBaseUrl, providerUrls: { twilio } }: Urls): string {
  const isHere = !live && twilio !== '' && isLoopback(twilio);
  return isHere || !isLoopback(publicBaseUrl) ? publicBaseUrl : '';
}
