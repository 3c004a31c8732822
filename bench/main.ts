/** `npm run bench -- [costs] [bundles] [faults] [throughput] [burst]`: prints tables, all of them when none is named. */
import { cpus } from 'node:os';
import { bundles } from './bundles.ts';
import { burst } from './burst.ts';
import { costs } from './costs.ts';
import { faults } from './faults.ts';
import { throughput } from './throughput.ts';

const PARTS: Record<string, () => Promise<void>> = { costs, bundles, faults: () => faults(), throughput, burst };

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(', ')}. npm run bench -- ${Object.keys(PARTS)
      .map((n) => `[${n}]`)
      .join(' ')}`,
  );
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}`);
for (const [name, part] of Object.entries(PARTS)) if (wanted.length === 0 || wanted.includes(name)) await part();
process.exit(0);
