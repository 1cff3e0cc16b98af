import { join } from "node:path";
import { startModelServer } from "example-model-server";
import { runMain } from "example-model-server/run-main";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "../src/main.ts");
const ran = `  search_docs runs: "billing service port"`;

const loop = (first: number) => [
  `model call ${first}`,
  ran,
  `model call ${first + 1}`,
  ran,
  `model call ${first + 2}`,
  ran,
  `model call ${first + 3}`,
  `model call ${first + 4}`,
  `model call ${first + 5}`,
  expect.stringMatching(/^guard asks: This task was stopped/),
];
const granted = expect.stringMatching(/^the human decides: \[\{"grant":"model","times":2,/);
const stop = 'the human decides: "stop"';
const stopped = expect.stringMatching(/^answer: This task was stopped/);

test(
  "stop: nothing starts any more; approved: one tool run and two model calls, and the answer",
  { timeout: 60_000 },
  async () => {
    const { lines, stderr } = await runMain(main);
    expect(stderr).toBe("");
    expect(lines[0]).toMatch(/^A scripted model on loopback/);
    expect(lines.slice(1)).toEqual([
      "",
      'Thread "stop"',
      ...loop(1),
      stop,
      stopped,
      "",
      'Thread "approve"',
      ...loop(7),
      granted,
      "model call 13",
      ran,
      "model call 14",
      "answer: It uses port 8080.",
    ]);
  },
);

test(
  "with a key the provider is asked; a model that goes on looping gets what is granted, and no more",
  { timeout: 60_000 },
  async () => {
    const server = await startModelServer(() => ({
      name: "search_docs",
      args: { query: "billing service port" },
    }));
    onTestFinished(() => server.stop());
    const { lines } = await runMain(main, { OPENAI_API_KEY: "none", OPENAI_BASE_URL: server.url });
    expect(lines.slice(-7)).toEqual([
      granted,
      "model call 13",
      ran,
      "model call 14",
      expect.stringMatching(/^guard asks: /),
      stop,
      stopped,
    ]);
    expect(server.requests()).toBe(14);
  },
);
