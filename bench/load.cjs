/** Loads the bundle named on the command line as Lambda does at a cold start, and prints the milliseconds it took. */
const started = performance.now();
require(process.argv[2]);
process.stdout.write(String(performance.now() - started));
// What the bundle has opened must not keep the process.
process.exit(0);
