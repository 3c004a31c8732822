/**
 * What runs inside a function's worker thread: loads the bundle as Lambda's Node runtime does, then takes one
 * invocation at a time. Events and results cross as JSON text, so nothing passes that would not in AWS.
 */
import { existsSync } from 'node:fs';
import { createRequire, flushCompileCache, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { BootData, FromWorker, Invocation } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const { assetDir, handler: handlerName } = workerData as BootData;
const port = parentPort;
if (!port) throw new Error('runs in a worker thread only');
const say = (message: FromWorker) => port.postMessage(message);

/**
 * In AWS only the bundle and the runtime's SDK exist; any other module found in node_modules here would be missing there.
 * What the SDK itself needs comes with it.
 */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const provided = /^@(aws-sdk|smithy|aws-crypto)\//.test(specifier) || context.parentURL?.includes('/node_modules/');
    if (found.url.startsWith('file:') && !found.url.startsWith(pathToFileURL(`${assetDir}/`).href) && !provided)
      throw new Error(`Cannot find module '${specifier}': it is not in the bundle`);
    return found;
  },
});

function describe(error: unknown) {
  const e = error instanceof Error ? error : new Error(String(error));
  return { errorType: e.name, errorMessage: e.message, trace: (e.stack ?? '').split('\n') };
}

async function load(): Promise<Handler> {
  const [moduleName, exportName] = handlerName.split('.') as [string, string];
  const file = ['.js', '.mjs', '.cjs'].map((ending) => join(assetDir, moduleName + ending)).find(existsSync);
  if (!file) throw new Error(`Cannot find module '${moduleName}' in the bundle`);
  const loaded = file.endsWith('.mjs') ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  if (typeof loaded[exportName] !== 'function') throw new Error(`${handlerName} is not exported as a function`);
  return loaded[exportName];
}

async function invoke(handler: Handler, { id, event, deadline, context, trace }: Invocation) {
  // As the runtime does for an environment that serves one invocation at a time; the SDK sends it along with each call.
  process.env._X_AMZN_TRACE_ID = trace;
  try {
    const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
    const result = await handler(JSON.parse(event), { ...context, awsRequestId: id, getRemainingTimeInMillis });
    say({ kind: 'result', id, payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    const described = describe(error);
    console.error('Invoke Error', JSON.stringify(described));
    say({ kind: 'failed', id, error: described });
  }
}

// For Node alone, which has read it by now.
delete process.env.NODE_COMPILE_CACHE;
try {
  const handler = await load();
  // Whoever ends this thread does not ask.
  flushCompileCache();
  port.on('message', (invocation: Invocation) => void invoke(handler, invocation));
  say({ kind: 'ready' });
} catch (error) {
  const described = describe(error);
  console.error('Init Error', JSON.stringify(described));
  say({ kind: 'init-failed', error: described });
}
