import { join } from "node:path";
import { runMain } from "example-model-server/run-main";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
// The AI SDK's client refuses an empty address, even if no code calls it.
const variables = { MASTRA_TELEMETRY_DISABLED: "1", OPENAI_BASE_URL: "http://127.0.0.1" };

const asks = (answer: string): unknown =>
  expect.stringMatching(
    new RegExp(`^guard asks: This task was stopped: .* Go on\\? The human says ${answer}\\.$`),
  );

test("the workflow asks twice, and ends when the human says no", { timeout: 60_000 }, async () => {
  const { lines } = await runMain(main, variables);

  expect(lines[0]).toMatch(/^A scripted model on loopback/);
  expect(lines.filter((line) => !line.startsWith("model call")).slice(1)).toEqual([
    asks("yes"),
    asks("no"),
    "The workflow ends with the status tripwire.",
  ]);
  expect(lines.filter((line) => line.startsWith("model call"))).toHaveLength(4);
});
