import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Says at the end how many tests passed, failed and were skipped, on a line that is read without knowing the runner. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const one of modules) {
      let hasFailed = false;
      for (const { state } of [...one.children.allTests()].map((test) => test.result())) {
        counts[state] += 1;
        hasFailed ||= state === 'failed';
      }
      // A file that could not even be loaded has no tests.
      if (one.state() === 'failed' && !hasFailed) counts.failed += 1;
    }
    const { passed, failed, skipped, pending } = counts;
    console.log(`${passed} passed, ${failed + pending + errors.length} failed, ${skipped} skipped`);
  }
}
