/** `npm start`: everything on this machine, from the synthesized templates. */
import { join, resolve } from 'node:path';
import { run } from './cloud/run.ts';

const root = join(import.meta.dirname, '..');
const wording = process.env.WORDING_FILE;
await run({
  root,
  app: 'bin/app.ts',
  dataDir: join(root, '.local'),
  ...(wording && { wording: resolve(wording) }),
});
