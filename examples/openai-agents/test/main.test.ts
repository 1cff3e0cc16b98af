import { join } from "node:path";
import { startModelServer } from "example-model-server";
import { runMain } from "example-model-server/run-main";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");

const ran = '  search_docs runs: "billing service port"';
const answer = "The billing service is internal; its port is not in the documentation.";

test(
  "guard stops the researcher's loop; the writer gets one more call, without tools, and answers",
  { timeout: 60_000 },
  async () => {
    const { lines, stderr } = await runMain(main);

    expect(lines[0]).toMatch(/^A scripted model on loopback/);
    expect(lines.slice(1)).toEqual([
      "model call 1",
      "model call 2",
      ran,
      "model call 3",
      ran,
      "model call 4",
      ran,
      "model call 5",
      "model call 6",
      "model call 7",
      "Stopped (loop) after 7 model calls, 3 tool runs, 1 delegation.",
      "model call 8",
      `answer: ${answer}`,
    ]);
    expect(stderr).toBe("");
  },
);

test(
  "with a key the example asks the provider, eight times; guard leaves an honest run as it is",
  { timeout: 60_000 },
  async () => {
    const looping = await startModelServer(({ first }) => {
      if (first.includes("You can't call tools any more.")) return answer;
      return first.includes("You research.")
        ? { name: "search_docs", args: { query: "billing service port" } }
        : { name: "research", args: { input: "Find the port." } };
    });
    const honest = await startModelServer(({ first, results }) =>
      first.includes("You research.") || results.length > 0
        ? "It is 8080."
        : { name: "research", args: { input: "Find it." } },
    );
    onTestFinished(async () => {
      await looping.stop();
      await honest.stop();
    });
    const key = { OPENAI_API_KEY: "none", OPENAI_MODEL: "gpt-4.1" };

    const stopped = await runMain(main, { ...key, OPENAI_BASE_URL: looping.url });
    expect(stopped.lines[0]).toBe("gpt-4.1, asked with your OPENAI_API_KEY: this costs money.");
    expect(stopped.lines.at(-1)).toBe(`answer: ${answer}`);
    expect(looping.requests()).toBe(8);

    const finished = await runMain(main, { ...key, OPENAI_BASE_URL: honest.url });
    expect(finished.lines.at(-1)).toBe("answer: It is 8080.");
    expect(honest.requests()).toBe(3);
  },
);
