import {
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtParseError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from 'aws-jwt-verify/error';
import type { JwksCache } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import { cut, oneLine } from '../core/content/text.ts';
import type { AuthorizerEnv } from './authorizer.env.ts';
import { scopesOf } from './scopes.ts';

/** Who a token speaks for. */
export interface Identity {
  clientId: string;
  subject: string;
  scopes: string[];
  name?: string;
}

/** The token is to blame: 401. `reason` is for our logs. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/** What a key may be used with; a key without `alg` leaves that to the token otherwise. */
const ALGORITHMS: Record<string, RegExp> = { RSA: /^RS\d+$/, EC: /^ES\d+$/, OKP: /^EdDSA$/ };

/** Differences between our clock and the issuer's that are forgiven. */
const GRACE_SECONDS = 5;

/**
 * A function that says who a bearer token speaks for. It throws `TokenRefused` for a bad token and anything else when
 * the keys cannot be had: that is our failure, and a 401 would make the caller throw away a good token.
 */
export function createIdentify(
  env: AuthorizerEnv,
  keys: JwksCache,
): (authorization: string | undefined) => Promise<Identity> {
  const { ISSUER: issuer, JWKS_URI: jwksUri } = env;
  // A deployment sets every variable; blank means that no audience is asked for.
  const audience = env.AUDIENCE || null;
  const clients =
    env.CLIENT_IDS?.split(',')
      .map((id) => id.trim())
      .filter(Boolean) ?? [];
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri, graceSeconds: GRACE_SECONDS }, { jwksCache: keys });

  return async (authorization) => {
    const token = /^Bearer +([\w.-]+)$/i.exec(authorization?.trim() ?? '')?.[1];
    if (!token) throw new TokenRefused('not a bearer token');
    const decomposed = refusing(() => decomposeUnverifiedJwt(token));
    // Before any key is fetched: strangers' tokens must not make us call the issuer.
    if (decomposed.payload.iss !== issuer) throw new TokenRefused('another issuer');
    const key = await keys.getJwk(jwksUri, decomposed).catch((error: unknown) => {
      throw isUnknownKey(error) ? refused(error) : error;
    });
    if (!ALGORITHMS[key.kty]?.test(decomposed.header.alg ?? '')) throw new TokenRefused('algorithm and key differ');
    // The key is at hand now, so whatever fails from here on is the token.
    const claims: Record<string, unknown> = await verifier.verify(token).catch((error: unknown) => {
      throw refused(error);
    });
    return identityOf(claims, clients);
  };
}

function identityOf(claims: Record<string, unknown>, clients: string[]): Identity {
  // An id token says who somebody is, not what a client may do for them.
  if (claims.token_use !== undefined && claims.token_use !== 'access') throw new TokenRefused('not an access token');
  const client = text(claims.client_id) ?? text(claims.azp);
  if (clients.length > 0 && !clients.includes(client ?? '')) throw new TokenRefused('another client');
  const subject = text(claims.sub) ?? client;
  if (!subject) throw new TokenRefused('no subject');
  const name = text(claims.name) ?? text(claims.preferred_username) ?? text(claims.username);
  return {
    clientId: client ?? subject,
    subject,
    scopes: scopesOf(claims),
    ...(name && { name: cut(oneLine(name), 100) }),
  };
}

/** The issuer answered and does not know the key, or did so a moment ago. */
const isUnknownKey = (error: unknown): boolean =>
  error instanceof KidNotFoundInJwksError ||
  error instanceof JwtWithoutValidKidError ||
  error instanceof WaitPeriodNotYetEndedJwkError;

const text = (claim: unknown): string | undefined => (typeof claim === 'string' && claim !== '' ? claim : undefined);

/**
 * In words of ours: messages of the library quote the token's claims, and the names of its classes do not survive
 * minification.
 */
const refused = (error: unknown): TokenRefused => {
  const known = REASONS.find(([type]) => error instanceof type);
  return new TokenRefused(known?.[1] ?? 'not verifiable', { cause: error });
};

const REASONS: [new (...args: never[]) => Error, string][] = [
  [JwtExpiredError, 'expired'],
  [JwtNotBeforeError, 'not valid yet'],
  [JwtInvalidAudienceError, 'another audience'],
  [JwtInvalidSignatureError, 'bad signature'],
  [JwtParseError, 'not a JWT'],
  [JwtWithoutValidKidError, 'no key id'],
  [KidNotFoundInJwksError, 'unknown key'],
  [WaitPeriodNotYetEndedJwkError, 'unknown key, issuer asked a moment ago'],
];

function refusing<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw refused(error);
  }
}
