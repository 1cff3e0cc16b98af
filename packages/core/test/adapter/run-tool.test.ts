import { describe, expect, test } from "vitest";
import { runsOf, runTool, toFailure, type Agent } from "../../src/adapter/index.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { Outcome } from "../../src/vocabulary/call.ts";
import { use } from "../support/breakers.ts";

/** An agent, and the outcome of each call as its breaker hears it. */
function setUp() {
  const outcomes: string[] = [];
  const breaker = createBreaker();
  const agent = runsOf(breaker).run(breaker.id).agent("a");
  const [end, endSync] = [agent.end.bind(agent), agent.endSync.bind(agent)];
  agent.end = (key, outcome) => {
    outcomes.push(said(outcome));
    return end(key, outcome);
  };
  agent.endSync = (key, outcome) => {
    outcomes.push(said(outcome));
    return endSync(key, outcome);
  };
  return { agent, breaker, outcomes };
}

type Ended = Parameters<Agent["end"]>[1];

function said(outcome: Ended): string {
  if (outcome === undefined) return "unknown";
  const { status } = outcome;
  if (status === "success") return `success: ${String(outcome.result)}`;
  return status === "failure" ? `failure: ${(outcome.error as Error).message}` : status;
}

async function* parts(...values: readonly unknown[]) {
  for (const value of values) {
    if (value instanceof Error) throw value;
    yield await Promise.resolve(value);
  }
}

async function all(source: AsyncIterable<unknown>) {
  const read: unknown[] = [];
  for await (const part of source) read.push(part);
  return read;
}

/** A promise, and what fulfils it. */
function waiting() {
  let finish!: () => void;
  const promise = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return { promise, finish };
}

const loop = (agent: Agent) => runTool(agent, use(), () => "same");

const broken = new Error("out of order");
const throws = () => {
  throw broken;
};

describe("what comes back", () => {
  test("a value", () => {
    const { agent, outcomes } = setUp();
    expect(runTool(agent, use(), () => "found")).toBe("found");
    expect(outcomes).toEqual(["success: found"]);
  });

  test("a promise, which settles the call before the caller reads it", async () => {
    const { agent, outcomes } = setUp();
    const result = runTool(agent, use(), async () => "found");
    expect(outcomes).toEqual([]);
    await result.then((found) => expect([found, outcomes]).toEqual(["found", ["success: found"]]));
  });

  test("an async iterable: all its parts, the last one as the result", async () => {
    const { agent, outcomes } = setUp();
    const read = await all(runTool(agent, use(), () => parts("looking", "found")));
    expect([read, outcomes]).toEqual([["looking", "found"], ["success: found"]]);
  });

  test("an async iterable that its reader leaves counts as ignored", async () => {
    const { agent, outcomes } = setUp();
    for await (const part of runTool(agent, use(), () => parts("looking", "found"))) {
      expect(part).toBe("looking");
      break;
    }
    expect(outcomes).toEqual(["ignored"]);
  });
});

const toOutcome = (result: unknown): Outcome =>
  result === "Error!" ? { status: "failure", error: broken } : { status: "success", result };

describe("a framework whose tools return their failures says what a value means", () => {
  test.for([
    ["a value", (value: string) => value],
    ["a promise", async (value: string) => value],
  ] as const)("%s", async ([, body]) => {
    const { agent, outcomes } = setUp();
    await runTool<unknown>(agent, use(), () => body("Error!"), { toOutcome });
    await runTool<unknown>(agent, use(), () => body("found"), { toOutcome });
    expect(outcomes).toEqual(["failure: out of order", "success: found"]);
  });

  test("an async iterable", async () => {
    const { agent, outcomes } = setUp();
    await all(runTool(agent, use(), () => parts("looking", "Error!"), { toOutcome }));
    expect(outcomes).toEqual(["failure: out of order"]);
  });
});

describe("what is thrown", () => {
  test("at once", () => {
    const { agent, outcomes } = setUp();
    expect(() => runTool(agent, use(), throws)).toThrow(broken);
    expect(outcomes).toEqual(["failure: out of order"]);
  });

  test("by a promise", async () => {
    const { agent, outcomes } = setUp();
    await expect(runTool(agent, use(), async () => throws())).rejects.toBe(broken);
    expect(outcomes).toEqual(["failure: out of order"]);
  });

  test("by an async iterable, after its first parts", async () => {
    const { agent, outcomes } = setUp();
    const reading = all(runTool(agent, use(), () => parts("looking", broken)));
    await expect(reading).rejects.toBe(broken);
    expect(outcomes).toEqual(["failure: out of order"]);
  });

  test.for([
    ["value", throws],
    ["promise", async () => throws()],
  ] as const)("after an abort, by a %s: it says nothing", async ([, body]) => {
    const { agent, outcomes } = setUp();
    const call = async () => runTool<unknown>(agent, use(), body, { signal: AbortSignal.abort() });
    await expect(call()).rejects.toBe(broken);
    expect(outcomes).toEqual(["ignored"]);
  });

  test("any error named AbortError is ignored", () => {
    const abort = new DOMException("enough", "AbortError");
    expect([toFailure(abort), toFailure(broken)]).toEqual([
      { status: "ignored" },
      { status: "failure", error: broken },
    ]);
  });
});

describe("a tool is under way", () => {
  test("while its value is made", () => {
    const { agent } = setUp();
    const during = runTool(agent, use(), () => agent.run.isToolUnderWay);
    expect([during, agent.run.isToolUnderWay]).toEqual([true, false]);
  });

  test("until its promise is settled, and tools that run beside it don't end it", async () => {
    const { agent } = setUp();
    const { promise, finish } = waiting();
    const running = runTool(agent, use(), () => promise);
    expect(() => runTool(agent, use("other"), throws)).toThrow(broken);
    expect(agent.run.isToolUnderWay).toBe(true);
    finish();
    await running;
    expect(agent.run.isToolUnderWay).toBe(false);
  });

  test("from the first part of an async iterable that is read, to its end", async () => {
    const { agent } = setUp();
    const during: boolean[] = [];
    const result = runTool(agent, use(), () => parts("looking", "found"));
    expect(agent.run.isToolUnderWay).toBe(false);
    for await (const part of result) during.push(part !== "" && agent.run.isToolUnderWay);
    expect([...during, agent.run.isToolUnderWay]).toEqual([true, true, false]);
  });
});

describe("a call that is refused", () => {
  test("has not run, and the fourth in a row says why", () => {
    const { agent, breaker } = setUp();
    let bodies = 0;
    const errors = Array.from({ length: 6 }, () => {
      try {
        return runTool(agent, use(), () => {
          bodies += 1;
          return "same";
        });
      } catch (error) {
        return (error as { readonly code: string }).code;
      }
    });
    expect(errors).toEqual([
      "same",
      "same",
      "same",
      "GUARD_CALL_REFUSED",
      "GUARD_CALL_REFUSED",
      "GUARD_CIRCUIT_OPEN",
    ]);
    expect([bodies, breaker.state]).toEqual([3, "open"]);
  });

  test("runs if no model would read the refusal, and the third one stops the run", () => {
    const { agent } = setUp();
    let bodies = 0;
    const run = () =>
      runTool(
        agent,
        use(),
        () => {
          bodies += 1;
          return "same";
        },
        { canRefuse: false },
      );
    for (let calls = 0; calls < 5; calls += 1) expect(run()).toBe("same");
    expect(run).toThrow(/guard stopped this run/);
    expect(bodies).toBe(5);
  });

  test("once the run was stopped, nothing starts", () => {
    const { agent, breaker } = setUp();
    loop(agent);
    breaker.override({ force: "open", by: "ops", why: "maintenance" });
    expect(() => loop(agent)).toThrow(/an operator stopped it/);
  });
});
