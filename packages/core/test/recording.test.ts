import { describe, expect, test } from "vitest";
import { parseRun } from "../src/replay/recorded-run.ts";
import type { Outcome } from "../src/vocabulary/call.ts";
import type { RecordedEvent } from "../src/vocabulary/recorded-event.ts";
import { replay } from "../src/replay/replay.ts";
import { fixture, once, success, trip, use } from "./support/breakers.ts";
import { play, times } from "./support/script.ts";

function recorded(options: Parameters<typeof fixture>[0] = {}) {
  const recording: RecordedEvent[] = [];
  const record = (_run: string, event: RecordedEvent) => void recording.push(event);
  return { ...fixture({ record, ...options }), recording };
}

describe("a recorder", () => {
  test("gets the run with raw arguments and results", () => {
    const { lane, clock, recording } = recorded();
    lane.userMessage("find x");
    const [model] = lane.admitSync([{ kind: "model", model: "m" }]);
    lane.settleSync(model.token, {
      status: "success",
      usage: { inputTokens: 10, outputTokens: 2, usd: 0.5 },
    });
    clock.advance(5);
    const round = lane.admitSync([use({ q: "x" }), { kind: "delegation", to: "b", task: "look" }]);
    lane.settleSync(round[0].token, success(["page"]));
    lane.settleSync(round[1].token, success());
    once(lane, use("y"), { status: "failure", error: new TypeError("no") });
    expect(recording).toEqual([
      { type: "user", agent: "a", text: "find x", t: 0 },
      { type: "model", agent: "a", model: "m", inputTokens: 10, outputTokens: 2, usd: 0.5, t: 0 },
      {
        type: "tool",
        agent: "a",
        round: 2,
        tool: "use",
        args: { q: "x" },
        policy: "unknown",
        result: ["page"],
        t: 5,
      },
      { type: "handoff", from: "a", to: "b", task: "look", round: 2, result: "same", t: 5 },
      {
        type: "tool",
        agent: "a",
        round: 3,
        tool: "use",
        args: "y",
        policy: "unknown",
        result: "TypeError: no",
        error: true,
        t: 5,
      },
    ]);
  });

  test.for<[what: string, outcome: Outcome, told: object]>([
    ["its text", { status: "success", result: "hi" }, { text: "hi" }],
    ["an empty one", { status: "success", result: "" }, { text: "" }],
    ["one that `run` was given none for", { status: "success", result: undefined }, { text: "" }],
    ["one that guard can't read", { status: "success", result: { parts: [] } }, {}],
    ["one that guard was not told", { status: "success" }, {}],
    ["a failure", { status: "failure", error: "down" }, { error: true }],
  ])("of a model's answer: %s", ([, outcome, told]) => {
    const { lane, clock, recording } = recorded();
    const [{ token }] = lane.admitSync([{ kind: "model", prompt: "secret" }]);
    clock.advance(7);
    lane.settleSync(token, outcome);
    expect(recording).toEqual([{ type: "model", agent: "a", ms: 7, t: 7, ...told }]);
  });

  test("gets no calls that did not run", () => {
    const { lane, recording } = recorded();
    lane.userMessage("hi");
    lane.userMessage("hi");
    once(lane, use("aborted"), { status: "ignored" });
    trip(lane);
    expect(recording.map(({ type }) => type)).toEqual(["user", "user", "tool", "tool", "tool"]);
  });

  test("that throws leads to an event, and changes nothing", () => {
    const error = new Error("disk full");
    const { lane, events } = fixture({
      record: () => {
        throw error;
      },
    });
    expect(trip(lane).verdict).toBe("open");
    expect(events[0]).toMatchObject({ type: "port-error", port: "record", error });
  });

  test("that rejects leads to an event", async () => {
    const error = new Error("disk full");
    const { lane, events } = fixture({ record: () => Promise.reject(error) as never });
    once(lane);
    await Promise.resolve();
    await Promise.resolve();
    expect(events).toMatchObject([{ type: "port-error", port: "record", error }]);
  });
});

describe("a recorded run replays to the same verdicts", () => {
  test.for([
    times(8, "A=1"),
    times(5, "A=1 B=1"),
    "A=1+B=1 A=1+B=1 A=1+C=1 A=1+C=1 A=1+C=1 A=1 A=1 A=1 A=1",
    "A!e A!e A!e A!e A!e A!e",
    times(32, "job_status:A=1"),
    "A=1 B=1 C=1",
    times(6, "'hi'") + " A=1",
    times(5, "a>>b=fix,it"),
    times(5, "a>>b=fix,it=done b>A=1"),
    times(5, "send:A=ok"),
    "A=x A=y A=x A=y A=y A=y A=y A=y",
    `"one" ${times(3, "A=1")} "two" ${times(4, "A=1")}`,
    times(15, "A!429"),
    `${times(4, "look:A=1 @40s")} ${times(4, "look:A=1")}`,
  ])("%s", (run) => {
    const { breaker, clock, events, recording } = recorded({ mode: "observe" });
    const first: Record<string, number> = {};
    let calls = 0;
    for (const step of run.split(" ")) {
      const before = events.length;
      play(breaker, step, clock);
      for (const { type } of events.slice(before)) first[type] ??= calls + 1;
      if (!/^["'@]/.test(step)) calls += step.split("+").length;
    }
    const line = JSON.stringify({ id: "r1", events: recording });
    expect(replay(parseRun(line))).toMatchObject({
      id: "r1",
      calls,
      warned: first["warn"] ?? null,
      blocked: first["block"] ?? null,
      opened: first["trip"] ?? null,
    });
  });
});
