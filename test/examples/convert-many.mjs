/**
 * Runs a converter on many payloads in one process: `node convert-many.mjs <converter>`, payloads as a JSON list on
 * stdin, what the converter prints for each on stdout. The converter is loaded anew for each and finds its payload on
 * what it takes for stdin.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [converter] = process.argv.slice(2);
const payloads = JSON.parse(fs.readFileSync(0, 'utf8'));
const write = process.stdout.write.bind(process.stdout);
const printed = [];
let payload;
const { readFileSync } = fs;
fs.readFileSync = (file, ...options) => (file === 0 ? JSON.stringify(payload) : readFileSync(file, ...options));
process.stdout.write = (text) => printed.push(text) > 0;
process.stderr.write = (text) => printed.push(`${text} for ${JSON.stringify(payload)}`) > 0;
syncBuiltinESMExports();
for (const [i, one] of payloads.entries()) {
  payload = one;
  await import(`../../examples/${converter}/to-dispatch.mjs?${i}`);
}
write(JSON.stringify(printed));
