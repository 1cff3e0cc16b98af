import type { Reporter } from "vitest/node";

/** Ends a run with "N passed, N failed, N skipped" alone on a line, for machines that read logs. */
export const plainLine: Reporter = {
  onTestRunEnd(modules) {
    let passed = 0;
    let failed = 0;
    let skipped = 0;
    for (const m of modules) {
      if (m.errors().length > 0) failed += 1;
      for (const t of m.children.allTests()) {
        const { state } = t.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
        else skipped += 1;
      }
    }
    process.on("exit", () => {
      process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  },
};
