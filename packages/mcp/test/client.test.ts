import {
  CallRefusedError,
  createBreaker,
  createRegistry,
  findCircuitOpen,
  type CircuitOpenError,
  type BreakerOptions,
  type Outcome,
  type RecordedEvent,
} from "@guard/core";
import { manualClock } from "@guard/testing";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { ending, listen } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { guardClient } from "../src/index.ts";
import { guardedClient, text, textsOf, type Body } from "./support/server.ts";

const call = { name: "use", arguments: { q: "a" } };

const never: Body = () => new Promise(() => {});
const outOfOrder: Body = () => {
  throw new Error("out of order");
};

/** A breaker, and the outcome of each call as its recorder hears it. */
function recorded(options: BreakerOptions = {}) {
  const outcomes: Extract<RecordedEvent, { type: "tool" }>[] = [];
  const breaker = createBreaker({
    ...options,
    record: (_run, event) => {
      if (event.type === "tool") outcomes.push(event);
    },
  });
  return { breaker, outcomes };
}

describe("what the model reads", () => {
  test("results as the server gave them, a warning below, then refusals", async () => {
    const breaker = createBreaker();
    const { client, ran } = await guardedClient(breaker, { use: () => "the same" });
    const results: unknown[] = [];
    for (let turn = 0; turn < 5; turn += 1) results.push(await client.callTool(call));

    expect(results.slice(0, 2)).toEqual([text("the same"), text("the same")]);
    expect(textsOf(results[2])).toEqual([
      "the same",
      expect.stringMatching(/^Note: you asked for "use" /),
    ]);
    expect(results[3]).toEqual({
      isError: true,
      content: [
        {
          type: "text",
          text: expect.stringMatching(/^Refused, not executed: you asked for "use" /),
        },
      ],
    });
    expect(ran.length).toBe(3);
    expect(CallToolResultSchema.safeParse(results[3]).success).toBe(true);
  });

  test("a warning leaves structured content as it is", async () => {
    const result = { ...text('{"n":1}'), structuredContent: { n: 1 } };
    const { client } = await guardedClient(createBreaker(), {
      use: {
        body: () => result,
        outputSchema: { type: "object", properties: { n: { type: "number" } } },
      },
    });
    await client.listTools();
    await client.callTool(call);
    await client.callTool(call);
    const warned = await client.callTool(call);

    expect(warned.structuredContent).toEqual({ n: 1 });
    expect(textsOf(warned)[1]).toMatch(/^Note: /);
  });

  test("structured content that changes is news, also where the text beside it does not change", async () => {
    let n = 0;
    const { client, ran } = await guardedClient(createBreaker({ preset: "strict" }), {
      use: () => ({ ...text("done"), structuredContent: { n: (n += 1) } }),
    });
    for (let turn = 0; turn < 3; turn += 1) {
      await client.callTool({ name: "use", arguments: { q: `${turn}` } });
    }
    expect(ran.length).toBe(3);
  });

  test("a trip throws, and nothing is sent after it", async () => {
    const { client, ran } = await guardedClient(createBreaker({ preset: "strict" }), {
      use: () => "the same",
      other: () => "x",
    });
    await client.callTool(call);
    await client.callTool(call);
    for (const one of [call, call, { name: "other" }]) {
      const { stop } = await ending(() => client.callTool(one));
      expect(stop?.report.finding.tool).toBe("use");
    }
    expect(ran).toEqual(["use", "use"]);
  });

  test("with onTrip finish the model reads what has stopped the run", async () => {
    const { client, ran } = await guardedClient(
      createBreaker({ preset: "strict", onTrip: "finish" }),
      { use: () => "the same" },
    );
    for (let turn = 0; turn < 2; turn += 1) await client.callTool(call);
    const last = await client.callTool(call);
    expect(last.isError).toBe(true);
    expect(textsOf(last)).toEqual([
      expect.stringMatching(/^Not executed, because the run was stopped: you asked/),
    ]);
    expect(ran.length).toBe(2);
  });

  test.for(["route", "ask", "wind-down"] as const)(
    "onTrip %s throws at the first call: an MCP client has no place for it",
    async (onTrip) => {
      const { client, ran } = await guardedClient(createBreaker({ onTrip }), { use: () => "x" });
      await expect(client.callTool(call)).rejects.toThrow(/expected "throw" or "finish" here/);
      expect(ran).toEqual([]);
    },
  );
});

describe("what guard is told", () => {
  const failing: readonly [what: string, calls: number, body: Body][] = [
    // A tool that answers with a failure may be a validator that finds one fault after the other.
    ["isError", 12, () => ({ isError: true, ...text("out of order") })],
    ["a protocol error", 6, outOfOrder],
  ];
  test.for(failing)(
    "%s is a failure: %d under new arguments are enough",
    async ([, calls, body]) => {
      const breaker = createBreaker({ preset: "strict" });
      const { client, ran } = await guardedClient(breaker, { use: body });
      let stop: CircuitOpenError | undefined;
      for (let turn = 0; stop === undefined; turn += 1) {
        const asked = { name: "use", arguments: { q: `file ${turn}` } };
        ({ stop } = await ending(() => client.callTool(asked)));
      }
      expect([stop.reason, ran.length]).toEqual(["failure", calls]);
    },
  );

  test("a tool that does not exist is a failure", async () => {
    const { breaker, outcomes } = recorded();
    const { client } = await guardedClient(breaker, {});
    await ending(() => client.callTool({ name: "no_such_tool" }));
    expect(outcomes).toMatchObject([{ tool: "no_such_tool", error: true }]);
  });

  test.for<[what: string, options: () => object, status: Outcome["status"]]>([
    ["a timeout of the SDK", () => ({ timeout: 5 }), "failure"],
    ["a signal with a deadline", () => ({ signal: AbortSignal.timeout(5) }), "failure"],
    ["an abort", () => ({ signal: abortedIn(5) }), "ignored"],
    ["an abort before the call", () => ({ signal: AbortSignal.abort() }), "ignored"],
  ])("%s: %s", async ([, options, status]) => {
    const { breaker, outcomes } = recorded();
    const { client } = await guardedClient(breaker, { use: never });
    const { error } = await ending(() => client.callTool(call, undefined, options()));
    expect(error).toBeDefined();
    expect(findCircuitOpen(error)).toBeUndefined();
    expect(outcomes.filter((one) => one.error).length).toBe(status === "failure" ? 1 : 0);
    expect(breaker.snapshot().state["pending"]).toEqual([]);
  });

  test("a lost connection is a failure", async () => {
    const { breaker, outcomes } = recorded();
    const { client, raw } = await guardedClient(breaker, {
      use: () => {
        void raw.close();
        return new Promise(() => {});
      },
    });
    const waiting = ending(() => client.callTool(call));
    expect((await waiting).error).toMatchObject({ code: -32000 });
    expect(outcomes).toMatchObject([{ error: true }]);
  });

  test("progress passes through", async () => {
    const { client } = await guardedClient(createBreaker(), {
      use: async (_, { progress }) => {
        await progress(1);
        await progress(2);
        return "done";
      },
    });
    const seen: number[] = [];
    const onprogress = ({ progress }: { progress: number }) => void seen.push(progress);
    expect(await client.callTool(call, undefined, { onprogress })).toEqual(text("done"));
    expect(seen).toEqual([1, 2]);
  });

  test("request() with tools/call is a tool call like any other", async () => {
    const { client, ran } = await guardedClient(createBreaker({ preset: "strict" }), {
      use: () => "the same",
    });
    const ask = () => client.request({ method: "tools/call", params: call }, CallToolResultSchema);
    await ask();
    await ask();
    expect((await ending(ask)).stop?.reason).toBe("loop");
    expect(ran.length).toBe(2);
  });

  test("guard leaves all else of the client as it is", async () => {
    const breaker = createBreaker();
    const { client, raw } = await guardedClient(breaker, { use: () => "x" });
    expect(client).toBeInstanceOf(Object.getPrototypeOf(raw).constructor);
    expect(await client.ping()).toEqual({});
    expect(client.getServerVersion()).toMatchObject({ name: "scripted" });
    await client.close();
    expect([client.transport, breaker.spending.toolCalls]).toEqual([undefined, 0]);
  });
});

describe("runs", () => {
  test("guarding a client twice with one source counts each call once", async () => {
    const breaker = createBreaker();
    const { client } = await guardedClient(breaker, { use: () => "x" });
    await guardClient(client, breaker).callTool(call);
    expect(breaker.spending.toolCalls).toBe(1);
  });

  test("the names of two servers keep their tools apart", async () => {
    const { breaker, outcomes } = recorded({ preset: "strict" });
    const a = await guardedClient(breaker, { use: () => "a" }, { name: "a" });
    const b = await guardedClient(breaker, { use: () => "a" }, { name: "b" });
    for (const { client } of [a, b, a, b]) await client.callTool(call);
    expect(outcomes).toMatchObject([
      { tool: "a__use" },
      { tool: "b__use" },
      { tool: "a__use" },
      { tool: "b__use" },
    ]);
  });

  test("userMessage begins a turn: guard forgets what it has counted before", async () => {
    const breaker = createBreaker({ preset: "strict" });
    const { client, ran } = await guardedClient(breaker, { use: () => "the same" });
    for (let turn = 0; turn < 5; turn += 1) {
      breaker.agent().userMessage("Again, please.");
      await client.callTool(call);
      await client.callTool(call);
    }
    expect(ran.length).toBe(10);
  });

  test("a pause of idleRunMs begins a turn on a breaker, and the money stays spent", async () => {
    const clock = manualClock();
    const idleRunMs = 60_000;
    const breaker = createBreaker({ preset: "strict", idleRunMs, ports: { clock } });
    const { client, ran } = await guardedClient(breaker, { use: () => "the same" });
    for (let turn = 0; turn < 3; turn += 1) {
      await client.callTool(call);
      await client.callTool(call);
      clock.advance(idleRunMs);
    }
    expect([ran.length, breaker.spending.toolCalls]).toEqual([6, 6]);
  });

  test("a pause of idleRunMs begins a run with a budget of its own on a registry", async () => {
    const clock = manualClock();
    const idleRunMs = 60_000;
    const registry = createRegistry({ budget: { toolCalls: 2 }, idleRunMs, ports: { clock } });
    const { client } = await guardedClient(registry, { use: ({ q }) => `${String(q)}!` });
    const ask = (q: string) => ending(() => client.callTool({ name: "use", arguments: { q } }));
    for (const pause of [0, idleRunMs]) {
      clock.advance(pause);
      expect((await ask("a")).error).toBeUndefined();
      expect((await ask("b")).error).toBeUndefined();
      expect((await ask("c")).stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
    }
  });

  test("fifty clients at once over one registry: each has a breaker and a budget of its own", async () => {
    const registry = createRegistry({ preset: "strict", budget: { toolCalls: 5 } });
    const events = listen(registry);
    const clients = await Promise.all(
      Array.from({ length: 50 }, () =>
        guardedClient(registry, { use: ({ q }) => `${String(q)}!` }),
      ),
    );
    const runs = await Promise.all(
      clients.map(async ({ client, ran }, index) => {
        const loops = index % 2 === 0;
        let stop: CircuitOpenError | undefined;
        for (let turn = 0; stop === undefined; turn += 1) {
          const q = loops ? "a" : `file ${turn}`;
          ({ stop } = await ending(() => client.callTool({ name: "use", arguments: { q } })));
        }
        return [stop.reason, ran.length];
      }),
    );
    expect(runs).toEqual(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? ["loop", 2] : ["budget", 5])),
    );
    expect(events.filter(({ type }) => type === "trip").length).toBe(50);
    expect(events.filter(({ type }) => type === "shared-run")).toEqual([]);
  });
});

test("the caller never sees guard's error for a refused call", async () => {
  const { client } = await guardedClient(createBreaker(), { use: () => "the same" });
  const results = await Promise.all(
    Array.from({ length: 5 }, () => ending(() => client.callTool(call))),
  );
  for (const { error } of results) expect(CallRefusedError.isInstance(error)).toBe(false);
});

function abortedIn(ms: number): AbortSignal {
  const aborting = new AbortController();
  setTimeout(() => aborting.abort(), ms);
  return aborting.signal;
}
