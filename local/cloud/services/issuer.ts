/**
 * The OIDC issuer of the local run: an in-process stand-in for the Cognito user pool. It serves discovery and keys
 * only. Its token endpoint would hand any scope to anyone, and the port may be open to the world through a tunnel while
 * PUBLIC_BASE_URL is being tried out; the tokens are in credentials.json instead.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { writePrivately } from '../files.ts';
import { notFound, sendProblem } from '../http.ts';

/** What each token of credentials.json may do (docs/spec/local-run.md#the-local-run). */
export const TOKEN_SCOPES = {
  send: ['lifeline/send'],
  read: ['lifeline/read'],
  recipients: ['lifeline/recipients'],
  admin: ['lifeline/send', 'lifeline/read', 'lifeline/recipients', 'lifeline/admin'],
} as const;
export type TokenName = keyof typeof TOKEN_SCOPES;
const TOKEN_NAMES = Object.keys(TOKEN_SCOPES) as TokenName[];
const clientOf = (name: TokenName) => `local-${name}`;
/** Every client a local token can name. */
export const CLIENT_IDS: readonly string[] = TOKEN_NAMES.map(clientOf);

const WEEK_SECONDS = 7 * 24 * 3600;
const SERVED = ['/.well-known/openid-configuration', '/.well-known/jwks.json'];

export interface Issuer {
  /** Signs the tokens of credentials.json: access tokens as Cognito makes them, valid for seven days. */
  mint(): Promise<Record<TokenName, string>>;
  /** Serves a request whose path below the issuer is `path`. */
  handle(req: IncomingMessage, res: ServerResponse, path: string): void;
}

/** An issuer at `url` whose signing key is kept in `keyFile`, so that tokens stay valid over restarts. */
export async function startIssuer(url: string, keyFile: string): Promise<Issuer> {
  const issuer = new OAuth2Issuer();
  issuer.url = url;
  if (existsSync(keyFile)) {
    for (const key of JSON.parse(readFileSync(keyFile, 'utf8')).keys) await issuer.keys.add(key);
  } else {
    await issuer.keys.generate('RS256');
    writePrivately(keyFile, JSON.stringify({ keys: issuer.keys.toJSON(true) }));
  }
  const service = new OAuth2Service(issuer, { jwks: '/.well-known/jwks.json' });
  return {
    async mint() {
      const tokens = TOKEN_NAMES.map(async (name) => [name, await token(issuer, name)] as const);
      return Object.fromEntries(await Promise.all(tokens)) as Record<TokenName, string>;
    },
    handle(req, res, path) {
      if (req.method !== 'GET' || !SERVED.includes(path))
        return sendProblem(res, notFound('The local issuer serves discovery and keys only.'));
      req.url = path;
      service.requestHandler(req, res);
    },
  };
}

const token = (issuer: OAuth2Issuer, name: TokenName): Promise<string> =>
  issuer.buildToken({
    expiresIn: WEEK_SECONDS,
    scopesOrTransform: (_header, payload) =>
      Object.assign(payload, {
        token_use: 'access',
        sub: clientOf(name),
        client_id: clientOf(name),
        scope: TOKEN_SCOPES[name].join(' '),
      }),
  });
