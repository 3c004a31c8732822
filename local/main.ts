/** `npm start`: everything on this machine, from the synthesized templates. */
import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const dataDir = join(root, '.local');
// What is compiled once is found there by the next start, and by every thread of this one.
process.env.NODE_COMPILE_CACHE ??= join(dataDir, 'compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
const { run } = await import('./run.ts');
const wording = process.env.WORDING_FILE;
await run({ root, app: 'bin/app.ts', dataDir, ...(wording && { wording: resolve(wording) }) });
