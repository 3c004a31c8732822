/** The stage's throttling: a token bucket per method setting, burst as its size, rate as its refill per second. */
import type { StageSpec } from './definition.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** A function that takes a token for a call of the route, or says that there is none. */
export function createThrottle(settings: StageSpec['MethodSettings'], now = Date.now) {
  const buckets = new Map<(typeof settings)[number], Bucket>();
  const written = (path: string) => `/${path.slice(1).replaceAll('/', '~1')}`;

  return function admits(method: string, path: string): boolean {
    const setting =
      settings.find((s) => s.HttpMethod === method && [path, written(path)].includes(s.ResourcePath)) ??
      settings.find((s) => s.HttpMethod === '*' && s.ResourcePath === '/*');
    if (setting?.ThrottlingRateLimit === undefined || setting.ThrottlingBurstLimit === undefined) return true;
    const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = setting;
    const bucket = buckets.get(setting) ?? { tokens: burst, at: now() };
    buckets.set(setting, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now() - bucket.at) / 1000) * rate);
    bucket.at = now();
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
