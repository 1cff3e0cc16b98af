import { join } from "node:path";
import { startModelServer } from "example-model-server";
import { runMain } from "example-model-server/run-main";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
const ran = `  search_docs runs: "billing service port"`;

test(
  "the loop is stopped at its sixth model call, and nothing starts after it",
  { timeout: 60_000 },
  async () => {
    const { lines, stderr } = await runMain(main);
    expect(lines[0]).toMatch(/^A scripted model on loopback/);
    expect(lines.slice(1)).toEqual([
      "model call 1",
      ran,
      "model call 2",
      ran,
      "model call 3",
      ran,
      "model call 4",
      ran,
      "model call 5",
      ran,
      "model call 6",
      expect.stringMatching(
        /^guard stopped this run \(loop\): the agent asked for "search_docs" again/,
      ),
      "Stopped after 6 model calls and 5 tool runs.",
    ]);
    // what LangChain prints for each error that a handler throws, and nothing else
    expect(stderr).toMatch(/^Error in handler GuardCallbackHandler, handleLLMEnd: .*\n$/);
  },
);

test("with a key the provider is asked, six times", { timeout: 60_000 }, async () => {
  const server = await startModelServer(() => ({
    name: "search_docs",
    args: { query: "billing service port" },
  }));
  onTestFinished(() => server.stop());
  const { lines } = await runMain(main, { OPENAI_API_KEY: "none", OPENAI_BASE_URL: server.url });
  expect(lines[0]).toBe("gpt-5-mini, asked with your OPENAI_API_KEY: this costs money.");
  expect(lines.at(-1)).toBe("Stopped after 6 model calls and 5 tool runs.");
  expect(server.requests()).toBe(6);
});

test("a model that finds an answer is left alone", { timeout: 60_000 }, async () => {
  const server = await startModelServer(({ results }) =>
    results.length === 0 ? { name: "search_docs", args: { query: "port" } } : "It uses port 8080.",
  );
  onTestFinished(() => server.stop());
  const { lines } = await runMain(main, { OPENAI_API_KEY: "none", OPENAI_BASE_URL: server.url });
  expect(lines.at(-1)).toBe("answer: It uses port 8080.");
  expect(server.requests()).toBe(2);
});
