import { join } from "node:path";
import { startModelServer } from "example-model-server";
import { runMain } from "example-model-server/run-main";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

const honest = "Which port does the web server use?";
const looping = "Which port does the billing service use?";
const stopped =
  'This task was stopped: the agent asked for "search_docs" again after 4 attempts that brought nothing new. ' +
  "Give more details, or ask for something else.";

test(
  "the honest run ends as it is; the loop is stopped after six model calls and three tool runs",
  { timeout: 60_000 },
  async () => {
    const { lines, stderr } = await runMain(main);

    expect(stderr).toBe("");
    expect(lines[0]).toMatch(/^A scripted model on loopback/);
    expect(lines.slice(1)).toEqual([
      honest,
      "model call 1",
      '  search_docs runs: "web server port"',
      "model call 2",
      "answer: It is 8080.",
      "2 model calls, 1 tool runs, 0.00039 USD",
      "",
      looping,
      "model call 3",
      '  search_docs runs: "billing service port"',
      "model call 4",
      '  search_docs runs: "billing service port"',
      "model call 5",
      '  search_docs runs: "billing service port"',
      "model call 6",
      "model call 7",
      "model call 8",
      stopped,
      "6 model calls, 3 tool runs, 0.00207 USD",
    ]);
  },
);

test("with a key the provider is asked, and its prices count", { timeout: 60_000 }, async () => {
  const server = await startModelServer(({ question }) =>
    question === honest ? "It is 8080." : { name: "search_docs", args: { query: "port" } },
  );
  onTestFinished(() => server.stop());

  const { lines } = await runMain(main, {
    OPENAI_API_KEY: "none",
    OPENAI_BASE_URL: server.url,
    OPENAI_MODEL: "gpt-4.1",
  });

  expect(lines[0]).toBe("gpt-4.1, asked with your OPENAI_API_KEY: this costs money.");
  expect(lines).toContain("1 model calls, 0 tool runs, 0.00078 USD");
  expect(lines.slice(-2)).toEqual([stopped, "6 model calls, 3 tool runs, 0.01368 USD"]);
  expect(server.requests()).toBe(7);
});
