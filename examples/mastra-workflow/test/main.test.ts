import { join } from "node:path";
import { runMain } from "example-model-server/run-main";
import { expect, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
// The AI SDK's client takes no empty address, also where it is not asked.
const variables = { MASTRA_TELEMETRY_DISABLED: "1", OPENAI_BASE_URL: "http://127.0.0.1" };

const asks = (answer: string): unknown =>
  expect.stringMatching(new RegExp(`^This run was stopped: .* Go on\\? ${answer}$`));

test("the workflow asks twice, and ends when it is told to", { timeout: 60_000 }, async () => {
  const { lines } = await runMain(main, variables);

  expect(lines[0]).toMatch(/^A scripted model on loopback/);
  expect(lines.filter((line) => !line.startsWith("model call")).slice(1)).toEqual([
    asks("Yes."),
    asks("No."),
    "status: tripwire",
  ]);
  expect(lines.filter((line) => line.startsWith("model call"))).toHaveLength(4);
});
