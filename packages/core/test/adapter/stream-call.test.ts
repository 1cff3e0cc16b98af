// An answer that is streamed through guard: its parts come as they are, and one that is cut off costs what has come.
import { expect, test } from "vitest";
import { runsOf, streamCall, type Piece } from "../../src/adapter/index.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";

const tokens = { estimate: (text: string) => text.length };
const toPieces = (text: string): readonly Piece[] => [{ kind: "text", text }];

async function* parts(end: () => void): AsyncGenerator<string> {
  yield "It ";
  yield "is";
  end();
}

let roots = 0;

async function begun(end: () => void = () => {}) {
  const breaker = createBreaker({ budget: { tokens: 1_000_000 }, tokens });
  const run = runsOf(breaker).run(`stream ${(roots += 1)}`);
  const agent = run.agent();
  const { key } = await agent.request({ kind: "model", prompt: "Where?" });
  return { agent, key, breaker, stream: streamCall(agent, key, parts(end), toPieces) };
}

const fail = () => {
  throw new Error("connection lost");
};

test("an answer that was reported as complete settles once", async () => {
  const { agent, key, breaker, stream } = await begun();
  const read: string[] = [];
  for await (const part of stream) {
    read.push(part);
    const usage = { inputTokens: 10, outputTokens: 20 };
    if (part === "is") await agent.answered(key, { calls: [], text: "It is", usage });
  }
  expect(read).toEqual(["It ", "is"]);
  expect(breaker.spending.tokens).toBe(30);
});

test("a reader that leaves: the call costs its request and the streamed part", async () => {
  const { breaker, stream } = await begun();
  for await (const _ of stream) break;
  expect(breaker.spending.tokens).toBe("Where?".length + "It ".length);
});

test("a connection that is lost has cost the same, and its error is thrown", async () => {
  const { breaker, stream } = await begun(fail);
  const read = async () => {
    for await (const _ of stream) continue;
  };
  await expect(read()).rejects.toThrow("connection lost");
  expect(breaker.spending.tokens).toBe("Where?".length + "It is".length);
});
