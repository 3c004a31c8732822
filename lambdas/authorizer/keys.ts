import { FetchError } from 'aws-jwt-verify/error';
import { type Fetcher, SimpleFetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { isLoopback } from './authorizer.env.ts';

/** The fetcher tries twice, so the caller waits 4 s at most for an issuer that does not answer. */
const TIMEOUT_MS = 2000;

/**
 * The issuer's keys, fetched when a token names one that is not known, and kept as long as the process lives. So an
 * issuer that is down stops nobody whose key was seen before. After an unknown key it is not asked again for 10 s.
 */
export const keyCache = (jwksUri: string): SimpleJwksCache =>
  new SimpleJwksCache({ fetcher: isLoopback(jwksUri) ? loopbackFetcher : httpsFetcher });

const httpsFetcher = new SimpleFetcher({ defaultRequestOptions: { responseTimeout: TIMEOUT_MS } });

/** The library speaks https only, and rightly; the issuer of the local run has no certificate. */
const loopbackFetcher: Fetcher = {
  async fetch(uri) {
    const answer = await fetch(uri, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) throw new FetchError(uri, `Status code is ${answer.status}`);
    return answer.arrayBuffer();
  },
};
