import { join } from "node:path";
import { startModelServer } from "example-model-server";
import { runMain } from "example-model-server/run-main";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

const ran = '  search_docs runs: "billing service port"';
const answer = "The billing service is internal; its port is not in the documentation.";

test(
  "the loop is stopped after six model calls; one more, without tools, gives the answer",
  { timeout: 60_000 },
  async () => {
    const { lines } = await runMain(main);

    expect(lines[0]).toMatch(/^A scripted model on loopback/);
    expect(lines.slice(1)).toEqual([
      "model call 1",
      ran,
      "model call 2",
      ran,
      "model call 3",
      ran,
      "model call 4",
      "model call 5",
      "model call 6",
      "Stopped (loop) after 6 model calls, 3 tool runs.",
      "model call 7",
      `answer: ${answer}`,
    ]);
  },
);

test(
  "with a key the provider is asked, seven times; what needs no guard ends as it is",
  { timeout: 60_000 },
  async () => {
    const looping = await startModelServer(({ first }) =>
      first.includes("You can't call tools any more.")
        ? answer
        : { name: "search_docs", args: { query: "billing service port" } },
    );
    const honest = await startModelServer(({ results }) =>
      results.length === 0 ? { name: "search_docs", args: { query: "port" } } : "It is 8080.",
    );
    onTestFinished(async () => {
      await looping.stop();
      await honest.stop();
    });
    const key = { OPENAI_API_KEY: "none", OPENAI_MODEL: "gpt-4.1" };

    const stopped = await runMain(main, { ...key, OPENAI_BASE_URL: looping.url });
    expect(stopped.lines[0]).toBe("gpt-4.1, asked with your OPENAI_API_KEY: this costs money.");
    expect(stopped.lines.at(-1)).toBe(`answer: ${answer}`);
    expect(looping.requests()).toBe(7);

    const finished = await runMain(main, { ...key, OPENAI_BASE_URL: honest.url });
    expect(finished.lines.at(-1)).toBe("answer: It is 8080.");
    expect(honest.requests()).toBe(2);
  },
);
