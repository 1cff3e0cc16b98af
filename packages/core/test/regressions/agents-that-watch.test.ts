// A manager that asked an agent once a minute whether a build was done was refused at its fourth question: hand-offs
// that look were judged as hand-offs for nothing.
import { describe, expect, test } from "vitest";
import { fixture } from "../support/breakers.ts";
import { judge, type RawEvent } from "../support/recordings.ts";

const task = "Is build 5 done?";

/** A manager asks an agent so often whether something is done, and the agent looks. */
function watching(times: number, between: (at: number) => readonly RawEvent[], gapMs: number) {
  const events = Array.from({ length: times }, (_, index) => {
    const t = index * gapMs;
    return [
      { type: "handoff", turn: 1, from: "manager", to: "watcher", task, t },
      {
        type: "tool",
        agent: "watcher",
        turn: 1,
        tool: "get_build_status",
        args: { id: 5 },
        result: '{"status":"running"}',
        t: t + 100,
      },
      { type: "model", agent: "watcher", text: "Build 5 is still running.", t: t + 200 },
      ...between(t + 300),
    ];
  });
  const user = { type: "user", text: "Deploy when build 5 is done.", turn: 1, t: 0 };
  return judge([user, ...events.flat()]);
}

const wait = (seconds: number) => (t: number) => [
  { type: "tool", agent: "manager", turn: 1, tool: "wait", args: { seconds }, result: "ok", t },
];
const nothing = () => [];

describe("an agent that another agent asks again whether something is done", () => {
  test.for([
    ["by a manager that waits five seconds", wait(5), 7_000],
    ["by a manager that waits a minute", wait(60), 62_000],
  ] as const)("%s: ten times are left alone", ([, between, gapMs]) => {
    expect(watching(10, between, gapMs)).toMatchObject({ blocked: null, opened: null });
  });

  test("by a manager that does not wait: refused", () => {
    const { blocked } = watching(10, nothing, 400);
    expect(blocked).not.toBeNull();
  });

  test("however patiently: not for ever", () => {
    const { blocked } = watching(400, wait(5), 7_000);
    expect(blocked).not.toBeNull();
  });
});

/** The verdicts on the manager's questions. */
function verdicts(answer: string, pauseMs: number): readonly string[] {
  const { breaker, clock } = fixture();
  const [manager, watcher] = [breaker.agent("manager"), breaker.agent("watcher")];
  return Array.from({ length: 10 }, () => {
    const [asked] = manager.admitSync([{ kind: "delegation", to: "watcher", task }]);
    if (asked.verdict === "allow" || asked.verdict === "warn") {
      const [look] = watcher.admitSync([
        { kind: "tool", tool: "get_build_status", args: { id: 5 } },
      ]);
      watcher.settleSync(look.token, { status: "success", result: '{"status":"running"}' });
      manager.settleSync(asked.token, { status: "success", result: answer });
    }
    clock.advance(pauseMs);
    return asked.verdict;
  });
}

describe("an agent that a live manager asks ten times", () => {
  test.for([
    ["Build 5 is still running.", 30_000],
    ["I have looked at build 5.", 30_000],
  ] as const)("and that says %j, with %d ms between: left alone", ([answer, pauseMs]) => {
    expect(verdicts(answer, pauseMs)).not.toContain("block");
    expect(verdicts(answer, pauseMs)).not.toContain("open");
  });

  test("the same words at once: refused", () => {
    expect(verdicts("I have looked at build 5.", 0).indexOf("block")).toBe(3);
  });
});
