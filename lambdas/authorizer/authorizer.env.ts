import * as z from 'zod/mini';

/** zod/mini, because this function answers every request's first question and starts cold on the way to a page. */
export const authorizerEnv = z
  .object({
    /** `iss` of the tokens, exactly as it stands in them. */
    ISSUER: z.url(),
    /** Where the issuer publishes its keys. https; http only if issuer and keys are on this machine. */
    JWKS_URI: z.url(),
    /** Clients whose tokens are taken, separated by commas; without it those of every client of the issuer. */
    CLIENT_IDS: z.optional(z.string()),
    /** Wanted `aud`. Leave it out for Cognito, whose access tokens have none; set it for issuers that serve other APIs too. */
    AUDIENCE: z.optional(z.string()),
  })
  .check(
    z.refine(({ ISSUER, JWKS_URI }) => isHttps(JWKS_URI) || (isLoopback(JWKS_URI) && isLoopback(ISSUER)), {
      path: ['JWKS_URI'],
    }),
  );

export type AuthorizerEnv = z.output<typeof authorizerEnv>;

const isHttps = (url: string): boolean => URL.parse(url)?.protocol === 'https:';

/** Keys that travel in plain text can be replaced on the way by whoever wants to sign tokens. */
export function isLoopback(url: string): boolean {
  const { protocol, hostname } = URL.parse(url) ?? {};
  return protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname ?? '');
}
