// The tests of one room of core, as scripts/mutation runs them over mutants.
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { mutatedRooms } from "./scripts/mutation/rooms.ts";

const room = mutatedRooms.find(({ name }) => name === process.env["GUARD_MUTATED_ROOM"]);

export default defineConfig({
  resolve: {
    // Stryker mutates a copy. The tests must not reach the original through node_modules.
    alias: {
      "@guard/core/store": inCopy("packages/core/src/store/index.ts"),
      "@guard/core": inCopy("packages/core/src/index.ts"),
      "guard-test-support/suites": inCopy("test-support/src/suites/index.ts"),
      "guard-test-support": inCopy("test-support/src/runs.ts"),
    },
  },
  test: {
    root: "packages/core",
    include: (room?.tests ?? []).map((path) => `test/${path}`),
    exclude: [...configDefaults.exclude, ...(room?.leftOut ?? []).map((path) => `test/${path}`)],
    testTimeout: 15_000, // a mutant may leave a promise open
    isolate: false, // starting a process for each test file would take most of the time
  },
});

function inCopy(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
