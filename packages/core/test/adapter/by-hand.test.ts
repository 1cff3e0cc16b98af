// The three functions for loops that people write by hand. docs/loops.test.ts plays whole loops over them.
import { describe, expect, test } from "vitest";
import { askModel, asRun, useTool, type LoopAgent } from "../../src/adapter/index.ts";
import {
  createBreaker,
  createRegistry,
  findCircuitOpen,
  type RecordedEvent,
  type ToolCall,
} from "../../src/index.ts";

const model = { kind: "model", model: "m" } as const;
let ids = 0;
const call = (args: unknown = "a", tool = "use"): ToolCall => ({
  kind: "tool",
  id: `call_${(ids += 1)}`,
  tool,
  args,
});

/** One round: a model asks for these calls, and they run. Gives what the model reads. */
async function round(
  agent: LoopAgent,
  calls: readonly ToolCall[],
  body: () => unknown = () => "same",
) {
  await askModel(agent, model, async () => calls, toAnswer);
  const texts: string[] = [];
  for (const one of calls) texts.push((await useTool(agent, one, body)).text);
  return texts;
}

const toAnswer = (calls: readonly ToolCall[]) => ({ calls });
const unreadable = () => {
  throw new TypeError("no choices");
};
const stopOf = (run: Promise<unknown>) => run.then(() => undefined, findCircuitOpen);

/** What the model reads of a tool with this body. */
const used = (body: () => unknown) =>
  asRun(createBreaker(), (agent) => useTool(agent, call(), body));

describe("asRun", () => {
  test("returns what the loop returns, and ends its run", async () => {
    const registry = createRegistry();
    const told: string[] = [];
    registry.on("run-ended", ({ type }) => told.push(type));
    expect(await asRun(registry, async () => "It is 8080.")).toBe("It is 8080.");
    await asRun(registry, async (agent) => void (await round(agent, [call()])));
    expect(told).toEqual(["run-ended", "run-ended"]);
  });

  test("each run of a registry has a breaker and a budget of its own", async () => {
    const registry = createRegistry({ budget: { modelCalls: 1 } });
    const once = () => asRun(registry, (agent) => round(agent, [call()]));
    expect(await once()).toEqual(["same"]);
    expect(await once()).toEqual(["same"]);
  });

  test("throws the stop, also if the loop has swallowed it", async () => {
    const registry = createRegistry({ budget: { modelCalls: 1 } });
    const swallowing = asRun(registry, async (agent) => {
      await round(agent, [call()]);
      await round(agent, [call()]).catch(() => {});
      return "It is 8080.";
    });
    expect((await stopOf(swallowing))?.code).toBe("GUARD_BUDGET_EXCEEDED");
  });

  test("an error of the loop's own is thrown as it is", async () => {
    const broken = new Error("out of order");
    await expect(asRun(createRegistry(), () => Promise.reject(broken))).rejects.toBe(broken);
  });

  test("a loop inside a tool is a lane of its own: what it brings hides no loop outside", async () => {
    const breaker = createBreaker();
    let inside = 0;
    const inner = () =>
      asRun(breaker, async (agent) => {
        await round(agent, [call((inside += 1))], () => `new ${inside}`);
        return "the same";
      });
    const outer = asRun(breaker, async (agent) => {
      for (let turn = 0; turn < 40; turn += 1) {
        await round(agent, [call("ask", "colleague")], inner);
      }
    });
    expect((await stopOf(outer))?.finding.tool).toBe("colleague");
    expect([inside, breaker.spending.modelCalls]).toEqual([3, 6 + 3]);
  });

  test("reports two runs at the same time on a breaker that is not shared", async () => {
    const breaker = createBreaker({ warnings: false });
    const told: string[] = [];
    breaker.on("shared-run", ({ type }) => told.push(type));
    await asRun(breaker, () => asRun(createRegistry(), async () => "another source"));
    expect(told).toEqual([]);
    const once = () => asRun(breaker, (agent) => round(agent, [call(ids)], () => `${ids}`));
    await Promise.all([once(), once()]);
    expect(told.length).toBeGreaterThan(0);
  });

  test("names the agent", async () => {
    expect(await asRun(createRegistry(), async ({ name }) => name)).toBe("agent");
    expect(await asRun(createRegistry(), async ({ name }) => name, "writer")).toBe("writer");
  });
});

describe("askModel", () => {
  test("books the usage of the answer, in any provider's words, unless the caller gives one", async () => {
    const breaker = createBreaker();
    const openai = { usage: { prompt_tokens: 100, completion_tokens: 20 } };
    await asRun(breaker, (agent) =>
      askModel(
        agent,
        model,
        async () => openai,
        () => ({ calls: [] }),
      ),
    );
    expect(breaker.spending.tokens).toBe(120);
    const usage = { inputTokens: 1, outputTokens: 1 };
    await asRun(breaker, (agent) =>
      askModel(
        agent,
        model,
        async () => openai,
        () => ({ calls: [], usage }),
      ),
    );
    expect(breaker.spending.tokens).toBe(122);
  });

  test("an answer that the caller can't read is a failure, and guard books its usage", async () => {
    const breaker = createBreaker();
    const came = { usage: { input_tokens: 100, output_tokens: 20 } };
    const loop = asRun(breaker, (agent) => askModel(agent, model, async () => came, unreadable));
    await expect(loop).rejects.toThrow("no choices");
    expect(breaker.spending).toMatchObject({ modelCalls: 1, tokens: 120 });
    expect(breaker.snapshot().state["pending"]).toEqual([]);
  });

  test("returns what toAnswer returns", async () => {
    const answer = await asRun(createRegistry(), (agent) =>
      askModel(
        agent,
        model,
        async () => 8080,
        (port) => ({ calls: [], port }),
      ),
    );
    expect(answer.port).toBe(8080);
  });

  test("a failed model call settles, and its error is thrown; an abort counts as ignored", async () => {
    const events: RecordedEvent[] = [];
    const breaker = createBreaker({ record: (_run, event) => void events.push(event) });
    const failing = (signal?: AbortSignal) =>
      asRun(breaker, (agent) =>
        askModel(agent, model, () => Promise.reject(new Error("529")), toAnswer, signal),
      );
    await expect(failing()).rejects.toThrow("529");
    await expect(failing(AbortSignal.abort())).rejects.toThrow("529");
    expect(events.map((event) => event.type === "model" && event.error)).toEqual([true]);
  });

  test("an answer that stops the run throws before any of its tools has started", async () => {
    const breaker = createBreaker({ preset: "strict" });
    let bodies = 0;
    const loop = asRun(breaker, async (agent) => {
      for (;;) await round(agent, [call("b"), call()], () => (bodies += 1) && "same");
    });
    expect((await stopOf(loop))?.reason).toBe("loop");
    expect(bodies).toBe(4);
  });
});

describe("useTool", () => {
  test.for<[what: string, result: unknown, text: string]>([
    ["a text", "It is 8080.", "It is 8080."],
    ["JSON", { port: 8080 }, '{"port":8080}'],
    ["nothing", undefined, ""],
  ])("the model reads %s", async ([, result, text]) => {
    expect(await used(() => result)).toEqual({ text, isError: false });
  });

  test.for<[what: string, thrown: unknown, text: string]>([
    ["an error", new Error("out of order"), "out of order"],
    ["something else", "out of order", "out of order"],
  ])("the model reads %s that the tool throws", async ([, thrown, text]) => {
    const broken = () => {
      throw thrown;
    };
    expect(await used(broken)).toEqual({ text, isError: true });
  });

  test("a result that JSON can't hold is an error for the model, and the loop goes on", async () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(await used(() => circle)).toMatchObject({ isError: true });
  });

  test("the model reads a warning below the result, and a refusal in place of the result", async () => {
    const texts = await asRun(createBreaker(), async (agent) => {
      const read: string[] = [];
      for (let turn = 0; turn < 4; turn += 1) read.push(...(await round(agent, [call()])));
      return read;
    });
    expect(texts).toEqual([
      "same",
      "same",
      expect.stringMatching(/^same\n\nNote: you asked for "use" /),
      expect.stringMatching(/^Refused, not executed: you asked for "use" /),
    ]);
  });

  test("a run that is stopped while its tool runs ends there, with any result of the tool", async () => {
    const registry = createRegistry({ accounts: { user: "42" } });
    const loop = asRun(registry, (agent) =>
      round(agent, [call(), call("b")], () => {
        registry.stop({ user: "42" }, { by: "ops", why: "incident" });
        return "same";
      }),
    );
    expect((await stopOf(loop))?.finding.rule).toBe("manual");
  });

  test("a stop of an agent with a registry of its own is a failure of the tool that it works in", async () => {
    const inner = createRegistry({ budget: { modelCalls: 0 } });
    const { isError, text } = await used(() =>
      asRun(inner, (agent) => askModel(agent, model, async () => [], toAnswer)),
    );
    expect(isError).toBe(true);
    expect(text).toMatch(/^guard stopped this run \(budget\)/);
  });
});
