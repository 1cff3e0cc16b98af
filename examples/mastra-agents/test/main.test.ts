import { join } from "node:path";
import { runMain } from "example-model-server/run-main";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
// The AI SDK's client takes no empty address, also where it is not asked.
const variables = { MASTRA_TELEMETRY_DISABLED: "1", OPENAI_BASE_URL: "http://127.0.0.1" };

test(
  "the circle of two agents is stopped after five model calls",
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
      expect.stringMatching(/^Stopped \(delegation\) after 5 model calls, \d delegations\.$/),
      expect.stringMatching(/^tripwire: This run was stopped/),
      "CircuitOpenError: the caller decides what to do next.",
    ]);
  },
);
