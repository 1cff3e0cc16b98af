// What models and settings of frameworks say is hostile: it ends no run, and leaves every limit in force.
import { expect, test } from "vitest";
import { Handoffs, runsOf } from "../../src/adapter/index.ts";
import { soundCall } from "../../src/adapter/sound-call.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import type { Call, ModelCall, ToolCall } from "../../src/vocabulary/call.ts";

const nan = Number.NaN;

test.for<readonly [call: object, sound: object]>([
  [
    { kind: "tool", tool: undefined },
    { kind: "tool", tool: "" },
  ],
  [
    { kind: "tool", tool: 7, args: 1, id: "c" },
    { kind: "tool", tool: "7", args: 1, id: "c" },
  ],
  [
    { kind: "delegation", to: null },
    { kind: "delegation", to: "" },
  ],
  [
    { kind: "model", model: "m", maxOutputTokens: nan },
    { kind: "model", model: "m" },
  ],
  [
    { kind: "model", maxOutputTokens: -1, estimate: { usd: 1 } },
    { kind: "model", estimate: { usd: 1 } },
  ],
  [{ kind: "model", providerTools: 5, maxOutputTokens: nan }, { kind: "model" }],
  [
    { kind: "model", model: "m", providerTools: { web_search: "often" } },
    { kind: "model", model: "m" },
  ],
  [
    { kind: "model", maxOutputTokens: 9, estimate: { usd: nan } },
    { kind: "model", maxOutputTokens: 9 },
  ],
  [
    { kind: "tool", tool: null, estimate: 5 },
    { kind: "tool", tool: "" },
  ],
])("%o is asked for as %o", ([call, sound]) => {
  expect(soundCall(call as Call)).toEqual(sound);
});

test("a call that is sound stays the same", () => {
  const call: Call = { kind: "tool", tool: "search" };
  expect(soundCall(call)).toBe(call);
});

test.for([nan, -5, Number.POSITIVE_INFINITY, "many"])(
  "a model call whose settings allow %o tokens passes the seam, and is held to its limits",
  async (maxOutputTokens) => {
    const registry = createRegistry({ warnings: false, budget: { tokens: 5_000 } });
    const agent = runsOf(registry).run(`tokens ${maxOutputTokens}`).agent("a");
    const call = { kind: "model", prompt: "p", maxOutputTokens } as ModelCall;
    const first = await agent.request(call);
    expect(first.refused).toBeUndefined();
    const usage = { inputTokens: maxOutputTokens as number, outputTokens: 5_000 };
    await agent.answered(first.key, { calls: [], text: "done", usage });
    expect((await agent.request(call)).refused).toMatchObject({ code: "GUARD_BUDGET_EXCEEDED" });
  },
);

test("an answer that asks for a tool without a name is judged like any other", async () => {
  const agent = runsOf(createRegistry({ warnings: false }))
    .run("nameless")
    .agent("a");
  const { key } = await agent.request({ kind: "model" });
  const call = { kind: "tool", id: "c", tool: undefined, args: {} } as unknown as ToolCall;
  expect(await agent.answered(key, { calls: [call] })).toBeUndefined();
  expect((await agent.start(call)).refused).toBeUndefined();
});

test("a reader of hand-offs gets only names that are texts", async () => {
  const tools: unknown[] = [];
  const handoffs = new Handoffs({ handoff: ({ tool }) => void tools.push(tool.toUpperCase()) });
  const run = runsOf(createRegistry({ warnings: false })).run("read", { handoffs });
  await run.agent("a").ask([{ kind: "tool", tool: undefined as never }], "answer");
  expect(tools).toEqual([""]);
});

const nameless = (id: number) => ({ kind: "tool", id: `${id}`, args: {} }) as unknown as ToolCall;

test("guard books a blocked tool without a name that runs all the same", async () => {
  const agent = runsOf(createRegistry({ warnings: false }))
    .run("anyway")
    .agent("a");
  let blocks = 0;
  for (let id = 0; id < 4; id += 1) {
    await agent.ask([nameless(id)], `answer ${id}`);
    const { key, decision } = await agent.start(nameless(id), { canRefuse: false });
    if (decision.findings.some(({ verdict }) => verdict === "block")) blocks += 1;
    await agent.end(key, { status: "success", result: "same" });
  }
  expect(blocks).toBeGreaterThan(0);
});
