// A vitest reporter whose last line can be read by any program: "12 passed, 0 failed, 1 skipped".

/** Counts the tests below a list of modules; a module that could not even be loaded counts as one failure. */
export function countTests(modules) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") count.passed += 1;
      else if (state === "failed") failedHere += 1;
      else count.skipped += 1;
    }
    // A module fails without a failed test when its import, a hook or a suite's body throws.
    count.failed += module.state() === "failed" ? Math.max(failedHere, 1) : failedHere;
  }
  return count;
}

export default class SummaryReporter {
  #line = "";

  onTestRunEnd(modules, unhandledErrors) {
    const { passed, failed, skipped } = countTests(modules);
    this.#line = `${passed} passed, ${failed + unhandledErrors.length} failed, ${skipped} skipped`;
  }

  onInit() {
    // At exit, so that nothing of the other reporters comes after it.
    process.once("exit", () => {
      if (this.#line !== "") process.stdout.write(`\n${this.#line}\n`);
    });
  }
}
