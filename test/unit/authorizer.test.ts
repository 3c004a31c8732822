import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAuthorizer } from '../../lambdas/authorizer/authorize.ts';
import { authorizerEnv } from '../../lambdas/authorizer/authorizer.env.ts';
import { createIdentify } from '../../lambdas/authorizer/identify.ts';
import { keyCache } from '../../lambdas/authorizer/keys.ts';
import { scopesOf } from '../../lambdas/authorizer/scopes.ts';
import { parseEnv } from '../../lambdas/runtime/env.ts';

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = JSON.stringify({ keys: [{ ...ours.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }] });

let answer: { status: number; body: string };
let asked = 0;
const server = createServer((_, response) => {
  asked += 1;
  response.writeHead(answer.status).end(answer.body);
});
let issuer: string;
let lines: string[];

beforeEach(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answer = { status: 200, body: jwks };
  asked = 0;
  lines = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => Boolean(lines.push(String(line))));
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

function token(
  claims: object = {},
  { key = ours.privateKey, header = {} }: { key?: KeyObject; header?: object } = {},
): string {
  const payload = {
    iss: issuer,
    sub: 'sub-1',
    client_id: 'machine',
    scope: 'lifeline/send',
    exp: now() + 60,
    ...claims,
  };
  const signed = `${base64({ alg: 'RS256', kid: 'k1', ...header })}.${base64(payload)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

function authorizer(env: object = {}) {
  const parsed = parseEnv(authorizerEnv, { ISSUER: issuer, JWKS_URI: `${issuer}/jwks.json`, ...env });
  const authorize = createAuthorizer(createIdentify(parsed, keyCache(parsed.JWKS_URI)));
  const methodArn = 'arn:aws:execute-api:us-east-1:123456789012:abc123/api/POST/notifications/pg_1/acknowledge';
  return (bearer: string) => authorize({ type: 'TOKEN', authorizationToken: bearer, methodArn });
}
const allowed = async (claims: object, env: object = {}) => (await authorizer(env)(`Bearer ${token(claims)}`)).context;

describe('a good token', () => {
  it('opens the whole API and says who calls', async () => {
    const result = await authorizer()(`Bearer ${token({ name: 'Alice\u0000', token_use: 'access' })}`);
    expect(result).toEqual({
      principalId: 'sub-1',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'arn:aws:execute-api:us-east-1:123456789012:abc123/api/*',
          },
        ],
      },
      context: { clientId: 'machine', subject: 'sub-1', name: 'Alice', scopes: 'lifeline/send' },
    });
  });

  it('asks the issuer for its keys once', async () => {
    const authorize = authorizer();
    for (let i = 0; i < 3; i++) await authorize(`bearer ${token()}`);
    expect(asked).toBe(1);
  });

  it('passes while the issuer is down, if its key was seen before', async () => {
    const authorize = authorizer();
    await authorize(`Bearer ${token()}`);
    answer = { status: 503, body: '' };
    await expect(authorize(`Bearer ${token()}`)).resolves.toBeDefined();
  });

  it('needs no client, audience or name where none is asked for, and empty settings ask for none', async () => {
    const claims = { client_id: undefined, azp: undefined };
    expect(await allowed(claims, { CLIENT_IDS: '', AUDIENCE: '' })).toEqual({
      clientId: 'sub-1',
      subject: 'sub-1',
      scopes: 'lifeline/send',
    });
  });

  it('a token of a listed client and for our audience passes', async () => {
    const env = { CLIENT_IDS: 'web, machine', AUDIENCE: 'lifeline' };
    expect(await allowed({ aud: ['other', 'lifeline'] }, env)).toMatchObject({ clientId: 'machine' });
  });
});

describe('a bad token is Unauthorized', () => {
  const cases: Record<string, () => string> = {
    missing: () => '',
    'of another scheme': () => 'Basic YTpi',
    garbage: () => 'Bearer garbage',
    'three parts of garbage': () => 'Bearer a.b.c',
    expired: () => `Bearer ${token({ exp: now() - 60 })}`,
    'not valid yet': () => `Bearer ${token({ nbf: now() + 60 })}`,
    'signed by somebody else': () => `Bearer ${token({}, { key: theirs.privateKey })}`,
    'with an unknown key': () => `Bearer ${token({}, { header: { kid: 'k2' } })}`,
    'without a key id': () => `Bearer ${token({}, { header: { kid: undefined } })}`,
    'without a signature': () => `Bearer ${token({}, { header: { alg: 'none' } })}`,
    'signed with our public key as a secret': () => `Bearer ${token({}, { header: { alg: 'HS256' } })}`,
    'of another algorithm than its key': () => `Bearer ${token({}, { header: { alg: 'ES256' } })}`,
    'of an algorithm with other keys': () => `Bearer ${token({}, { header: { alg: 'EdDSA' } })}`,
    'altered after signing': () =>
      `Bearer ${token().replace(/\.[^.]+\./, `.${base64({ iss: issuer, sub: 'admin', exp: now() + 60 })}.`)}`,
    'of another issuer': () => `Bearer ${token({ iss: 'https://example.com' })}`,
    'an id token': () => `Bearer ${token({ token_use: 'id' })}`,
    'without a subject or client': () => `Bearer ${token({ sub: undefined, client_id: undefined })}`,
  };
  it.each(Object.entries(cases))('%s', async (_, bearer) => {
    await expect(authorizer()(bearer())).rejects.toThrow(/^Unauthorized$/);
  });

  it.each([
    ['of another client', { client_id: 'other' }, { CLIENT_IDS: 'machine' }],
    ['of no client', { client_id: undefined }, { CLIENT_IDS: 'machine' }],
    ['for another audience', { aud: 'other' }, { AUDIENCE: 'lifeline' }],
    ['for no audience', {}, { AUDIENCE: 'lifeline' }],
  ])('%s', async (_, claims, env) => {
    await expect(allowed(claims, env)).rejects.toThrow(/^Unauthorized$/);
  });

  it('the log says why a token is bad, without the token or its claims', async () => {
    const bad = token({ sub: 'sub-secret', aud: 'aud-secret', exp: now() - 60 });
    await expect(authorizer()(`Bearer ${bad}`)).rejects.toThrow();
    expect(lines.join()).toContain('"reason":"expired"');
    expect(lines.join()).not.toMatch(/eyJ|secret/);
  });

  it('a token of a stranger does not make us call the issuer', async () => {
    await expect(authorizer()(`Bearer ${token({ iss: 'https://example.com' })}`)).rejects.toThrow();
    expect(asked).toBe(0);
  });

  it('with an unknown key makes us call the issuer once in a while, not each time', async () => {
    const authorize = authorizer();
    const unknown = () => authorize(`Bearer ${token({}, { header: { kid: 'k2' } })}`);
    for (let i = 0; i < 5; i++) await expect(unknown()).rejects.toThrow(/^Unauthorized$/);
    expect(asked).toBe(1);
    await expect(authorize(`Bearer ${token()}`)).resolves.toBeDefined();
  });
});

describe('when the keys cannot be had', () => {
  it.each([
    [503, ''],
    [200, '<html>'],
    [200, '{}'],
    [302, ''],
  ])('(%i %j) it is our failure and not Unauthorized, and heals by itself', async (status, body) => {
    const authorize = authorizer();
    answer = { status, body };
    await expect(authorize(`Bearer ${token()}`)).rejects.toThrow(/^Keys unavailable$/);
    expect(lines.join()).toContain('"level":"ERROR"');
    answer = { status: 200, body: jwks };
    await expect(authorize(`Bearer ${token()}`)).resolves.toBeDefined();
  });
});

describe('scopes', () => {
  it.each([
    [{ scope: 'openid lifeline/read lifeline/unknown lifeline/send' }, ['lifeline/send', 'lifeline/read']],
    [{ scp: ['lifeline/admin'] }, ['lifeline/admin']],
    [{ scope: 'openid', 'cognito:groups': ['Reader'] }, ['lifeline/read']],
    [{ groups: ['Operator'] }, ['lifeline/send', 'lifeline/read', 'lifeline/recipients']],
    [{ groups: ['SuperAdmin'] }, ['lifeline/send', 'lifeline/read', 'lifeline/recipients', 'lifeline/admin']],
    [{ scope: 'lifeline/admin', groups: ['Reader'] }, ['lifeline/read', 'lifeline/admin']],
    [{ groups: ['constructor', '__proto__', 7] }, []],
    [{ scope: 7, groups: 'SuperAdmin' }, []],
    [{}, []],
  ])('of %j', (claims, scopes) => {
    expect(scopesOf(claims)).toEqual(scopes);
  });
});

describe('the environment', () => {
  it.each([
    ['https://cognito-idp.us-east-1.amazonaws.com/p', 'https://cognito-idp.us-east-1.amazonaws.com/p/jwks.json', true],
    ['http://127.0.0.1:3000/oidc', 'http://localhost:3000/oidc/jwks.json', true],
    ['https://example.com', 'http://example.com/jwks.json', false],
    ['https://example.com', 'http://127.0.0.1/jwks.json', false],
    ['http://127.0.0.1', 'http://127.0.0.1.example.com/jwks.json', false],
  ])('issuer %s with keys at %s: %s', (ISSUER, JWKS_URI, good) => {
    const parsed = () => parseEnv(authorizerEnv, { ISSUER, JWKS_URI });
    if (good) expect(parsed()).toMatchObject({ ISSUER, JWKS_URI });
    else expect(parsed).toThrow('JWKS_URI is not valid');
  });
});
