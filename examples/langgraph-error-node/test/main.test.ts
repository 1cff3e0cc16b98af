import { join } from "node:path";
import { startModelServer } from "example-model-server";
import { runMain } from "example-model-server/run-main";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

const ran = '  search_docs runs: "billing service port"';

test(
  "the loop is led to the error node: six model calls, three tool runs, none after the trip",
  { timeout: 60_000 },
  async () => {
    const { lines, stderr } = await runMain(main);
    expect(stderr).toBe("");
    expect(lines[0]).toMatch(/^A scripted model on loopback/);
    expect(lines.slice(1, 10)).toEqual([
      "model call 1",
      ran,
      "model call 2",
      ran,
      "model call 3",
      ran,
      "model call 4",
      "model call 5",
      "model call 6",
    ]);
    const rest = lines.slice(10);
    expect(rest.filter((line) => line === ran || line.startsWith("model call"))).toEqual([]);
    expect(rest.filter((line) => line.startsWith("ai: (asks for a tool)"))).toHaveLength(6);
    expect(rest.filter((line) => line.startsWith("tool: "))).toHaveLength(6);
    expect(rest.at(-2)).toMatch(/^ai: This task was stopped/);
    expect(rest.at(-1)).toBe("Stopped after 6 model calls and 3 tool runs.");
  },
);

test(
  "with a key the provider is asked, six times; what needs no guard ends as it is",
  { timeout: 60_000 },
  async () => {
    const looping = await startModelServer(() => ({
      name: "search_docs",
      args: { query: "billing service port" },
    }));
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
    expect(stopped.lines.at(-1)).toBe("Stopped after 6 model calls and 3 tool runs.");
    expect(looping.requests()).toBe(6);

    const finished = await runMain(main, { ...key, OPENAI_BASE_URL: honest.url });
    expect(finished.lines.at(-1)).toBe("ai: It is 8080.");
    expect(honest.requests()).toBe(2);
  },
);
