/** `npm start`: everything on this machine, from the synthesized templates. */
import { join } from 'node:path';
import { run } from './cloud/run.ts';

const root = join(import.meta.dirname, '..');
await run({ root, app: 'bin/app.ts', dataDir: join(root, '.local') });
