import { parseEnv } from '../runtime/env.ts';
import { createAuthorizer } from './authorize.ts';
import { authorizerEnv } from './authorizer.env.ts';
import { createIdentify } from './identify.ts';
import { keyCache } from './keys.ts';

const env = parseEnv(authorizerEnv);

export const handler = createAuthorizer(createIdentify(env, keyCache(env.JWKS_URI)));
