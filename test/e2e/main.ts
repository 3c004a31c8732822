/** `npm start` with its state in LOCAL_DIR, so that tests leave the developer's own run alone. */
import { join } from 'node:path';
import { run } from '../../local/run.ts';

const root = join(import.meta.dirname, '../..');
await run({ root, app: 'bin/app.ts', dataDir: process.env.LOCAL_DIR ?? join(root, '.local') });
