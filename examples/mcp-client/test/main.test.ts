import { join } from "node:path";
import { startModelServer } from "example-model-server";
import { runMain } from "example-model-server/run-main";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

const search = { name: "search_docs", args: { query: "billing service port" } };
const found = "  the model reads: The billing service is internal.";
const refused = expect.stringMatching(
  /^ {2}the model reads: Refused, not executed: you asked for "search_docs"/,
);

test(
  "guard warns the loop, refuses two calls, and stops it after six model calls and three tool runs",
  { timeout: 60_000 },
  async () => {
    const { lines, stderr } = await runMain(main);

    expect(lines[0]).toMatch(/^A scripted model on loopback/);
    expect(lines.slice(1)).toEqual([
      "model call 1",
      found,
      "model call 2",
      found,
      "model call 3",
      found,
      expect.stringMatching(/^Note: you asked for "search_docs"/),
      "model call 4",
      refused,
      "model call 5",
      refused,
      "model call 6",
      "Stopped (loop) after 6 model calls, 3 tool runs.",
    ]);
    expect(stderr.match(/search_docs runs/g)?.length).toBe(3);
  },
);

test(
  "with a key the example asks the provider; guard leaves an honest run as it is",
  { timeout: 60_000 },
  async () => {
    const honest = await startModelServer(({ results }) =>
      results.length === 0 ? search : "It is internal.",
    );
    onTestFinished(() => honest.stop());
    const { lines } = await runMain(main, {
      OPENAI_API_KEY: "none",
      OPENAI_MODEL: "gpt-4.1",
      OPENAI_BASE_URL: honest.url,
    });
    expect(lines[0]).toBe("gpt-4.1, asked with your OPENAI_API_KEY: this costs money.");
    expect(lines.at(-1)).toBe("answer: It is internal.");
    expect(honest.requests()).toBe(2);
  },
);
