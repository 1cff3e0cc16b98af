import { join } from "node:path";
import { runMain } from "example-model-server/run-main";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
// The AI SDK's client refuses an empty address, even if no code calls it.
const variables = { MASTRA_TELEMETRY_DISABLED: "1", OPENAI_BASE_URL: "http://127.0.0.1" };

test(
  "guard stops the circle of two agents after five model calls",
  { timeout: 60_000 },
  async () => {
    const { lines } = await runMain(main, variables);

    expect(lines[0]).toMatch(/^A scripted model on loopback/);
    expect(lines.slice(1)).toEqual([
      "model call 1",
      "model call 2",
      "model call 3",
      "model call 4",
      "model call 5",
      expect.stringMatching(
        /^guard stopped the run \(delegation\): 5 model calls, \d delegations\.$/,
      ),
      expect.stringMatching(/^The tripwire says: This task was stopped/),
      "throwIfTripped throws a CircuitOpenError.",
    ]);
  },
);
