import { describe, expect, test } from "vitest";
import { createBreaker } from "../src/breaker/breaker.ts";
import { SnapshotError } from "../src/vocabulary/errors.ts";
import type { Snapshot } from "../src/vocabulary/snapshot.ts";
import { cooldownMs, fixture, once, success, trip, use } from "./support/breakers.ts";
import { play } from "./support/script.ts";

/** Something in every record that there is. */
const rich = [
  "A=1 A=2 A=2 look:B=1 look:B=1 get_build:C=running get_build:C=running read:D!404 read:E!404",
  "find:x,y,p=[] find:x,y,q=[] next:N=1 next:N=2 next:N=2 click:S=ok wait:W=ok think:T=ok",
  "send:M=ok send:M=ok pay:P=ok deploy:R=ok edit:F=ok edit:F=ok B? job_status:J=q job_status:J=q",
  "a>>b=fix,it b>'one' a>>b=fix,it=done a>>c=fix,it!no a>>d=fix,it b>>e=more 'hi' 'hi' x>'ho'",
  "x>A=1 x>A=1 final_answer:Z=yes",
].join(" ");

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("a run that goes on from a snapshot", () => {
  test.for<[before: string, after: string]>([
    ["", "A=1 A=1 A=1 A=1 A=1 A=1"],
    ["A=1 A=1 A=1", "A=1 A=1 A=1"],
    ["A=1 B=1 A=1 B=1 A=1", "B=1 A=1 C=1 A=1"],
    ["A=1 x>A=1 x>A=1 x>A=1", "x>A=1 A=1"],
    ['"one" A=1 A=1 A=1', '"one" A=1 "two" A=1'],
    ["A=1 A=1 A~", "A=1 A=1 A=1"],
    ["A=1 A=1 A=1 A=1 A=1 A=1", "A=1 B=1"],
    ["job_status:J=q job_status:J=q", "job_status:J=q job_status:J=r"],
    [rich, rich],
    [`"hi" ${rich} "hi"`, rich],
  ])("behaves the same: %s | %s", ([before, after]) => {
    const original = fixture().breaker;
    play(original, before);
    const taken = original.snapshot();
    const restore = json(taken);
    const copy = fixture({ restore }).breaker;
    expect(copy.snapshot()).toEqual(restore);
    expect(play(copy, after)).toBe(play(original, after));
    expect(json(copy.snapshot())).toEqual(json(original.snapshot()));
    // nothing that goes on has changed what was taken
    expect(json(taken)).toEqual(restore);
  });

  test("takes the result of an open call, and its money", () => {
    const { breaker, lane } = fixture({ tools: { use: { usd: 0.5 } } });
    once(lane);
    const [{ token }] = lane.admitSync([use("slow")]);
    const copy = fixture({ restore: json(breaker.snapshot()), tools: { use: { usd: 0.5 } } });
    expect(copy.lane.settleSync(token, success())).toEqual({ applied: true });
    expect(copy.breaker.spending).toMatchObject({ toolCalls: 2, usd: 1 });
  });

  test("finds earlier decisions", () => {
    const { breaker, lane } = fixture();
    const [first] = lane.admitSync([use()], { answer: "m1" });
    const copy = fixture({ restore: json(breaker.snapshot()) });
    expect(copy.lane.admitSync([use()], { answer: "m1" })[0]).toEqual(first);
  });

  test("does not change with its run", () => {
    const { breaker, lane } = fixture();
    const snapshot = breaker.snapshot();
    const before = json(snapshot);
    trip(lane);
    expect(json(snapshot)).toEqual(before);
  });
});

describe("restoring decides nothing", () => {
  test("an open circuit goes on with the rest of its break", () => {
    const { breaker, lane, clock } = fixture();
    trip(lane);
    clock.advance(cooldownMs - 1_000);
    const copy = fixture({ restore: json(breaker.snapshot()) }, clock);
    expect(copy.breaker.state).toBe("open");
    expect(copy.breaker.signal.aborted).toBe(true);
    expect(copy.events).toEqual([]);
    expect(once(copy.lane).decision).toMatchObject({ verdict: "open", retryAfterMs: 1_000 });
    expect(copy.lane.toError(once(copy.lane).decision)).toMatchObject({
      reason: "loop",
      tripCount: 1,
    });
    clock.advance(1_000);
    expect(copy.breaker.state).toBe("half-open");
  });

  test("the next call finds that a break is over, not the restore", () => {
    const { breaker, lane, clock } = fixture();
    trip(lane);
    clock.advance(cooldownMs);
    const copy = fixture({ restore: json(breaker.snapshot()) }, clock);
    expect(copy.events).toEqual([]);
    expect(once(copy.lane, use("fresh")).decision.verdict).toBe("allow");
    expect(copy.told()).toEqual(["transition", "transition"]);
  });

  test("overrides are records: they hold after restoring, and can be lifted by a reset", () => {
    const { breaker } = fixture();
    breaker.override({ force: "open", by: "me", why: "test" });
    const copy = fixture({ restore: json(breaker.snapshot()) }).breaker;
    expect(copy.state).toBe("forced-open");
    copy.reset();
    expect(copy.state).toBe("closed");
  });
});

describe("damaged snapshots are refused, with the path", () => {
  const { breaker, lane } = fixture();
  lane.userMessage("hello");
  lane.admitSync([use()], { answer: "m1" });
  trip(breaker.agent("b"));
  const whole = json(breaker.snapshot());

  type Path = readonly (string | number)[];
  const broken = (path: Path, value: unknown): Snapshot => {
    const copy = json(whole);
    const parent = path.slice(0, -1).reduce<never>((at, key) => at[key], copy as never);
    if (value === undefined) Reflect.deleteProperty(parent, path.at(-1)!);
    else Reflect.set(parent, path.at(-1)!, value);
    return copy;
  };

  test("the damaged snapshot below is valid before the damage", () => {
    expect(() => createBreaker({ restore: whole })).not.toThrow();
  });

  test.for<[Path, unknown]>([
    [["version"], 3],
    [["version"], 0],
    [["state"], "closed"],
    [["state", "generation"], -1],
    [["state", "tripCount"], "1"],
    [["state", "machine"], {}],
    [["state", "machine", "status"], "broken"],
    [["state", "machine", "openedAt"], null],
    [["state", "machine", "trip", "finding", "agent"], 1],
    [["state", "machine", "trip", "repeats", 0, "exact"], null],
    [["state", "machine", "cooldownMs"], -1],
    [["state", "machine", "attempt"], 0],
    [["state", "machine", "unheardOf"], 1],
    [["state", "machine", "trip", "finding", "rule"], "no-rule"],
    [["state", "overrides"], [{ id: "o", force: "maybe" }]],
    [["state", "tokens"], 0.5],
    [["state", "accounts", 0, 1, "used", "0", "nanoUsd"], null],
    [["state", "accounts", 0, 1, "used", "0", "nanoUsd"], -1],
    [["state", "accounts", 0, 1, "used", "0", "nanoUsd"], 0.5],
    [["state", "accounts", 0, 1, "used", "0", "nanoUsd"], 1e308],
    [["state", "accounts", 0, 1, "used", "0", "toolCalls"], -1],
    [["state", "accounts", 0, 1, "used", "7"], { modelCalls: 0 }],
    [["state", "accounts", 0, 1, "startedAt"], Number.NaN],
    [["state", "lanes"], {}],
    [["state", "lanes", 0, 1, "agent"], undefined],
    [["state", "lanes", 0, 1, "root"], null],
    [["state", "lanes", 0, 1, "began"], -1],
    [["state", "lanes", 0, 1, "refused"], "none"],
    [["state", "lanes", 0, 1, "round", "open"], "t1"],
    [["state", "pending", 0, 1, "reserved"], undefined],
    [["state", "pending", 0, 1, "signed", "policy"], "reading"],
    [["state", "pending", 0, 1, "signed", "isLook"], undefined],
    [["state", "decided", 0, 1, "token"], undefined],
    [["state", "decided", 0, 1, "verdict"], "maybe"],
    [["state", "evidence", 0, 1], "seen"],
    [["state", "evidence", 0, 1, "lane", "world"], undefined],
    [["state", "evidence", 0, 1, "lane", "streak", "repeats", 0, "exact"], 7],
    [["state", "evidence", 0, 1, "tools"], {}],
    [["state", "evidence", 0, 1, "signatures", 0, 1, "last"], undefined],
    [["state", "evidence", 0, 1, "signatures", 0, 1, "outcomes", 0, "masked"], 1],
    [["state", "evidence", 0, 1, "signatures", 0, 1, "same", "spent"], null],
    [["state", "turns"], null],
    [["state", "turns", 0, 1, "print"], undefined],
    [["state", "turns", 0, 1, "ends"], "none"],
    [["state", "turns", 0, 1, "evidence", "effects"], "1"],
    [["state", "turns", 0, 1, "evidence", "signatures", 0, 1, "asked"], 1],
    [["state", "turns", 0, 1, "evidence", "handoffs", "chain"], undefined],
    [["state", "turns", 0, 1, "evidence", "handoffs", "tasks"], {}],
  ])("%j: %j", ([path, value]) => {
    const restore = () => createBreaker({ restore: broken(path, value) });
    expect(restore).toThrow(SnapshotError);
    expect(restore).toThrow(`snapshot.${path.join(".")}`);
  });

  test.for<[what: string, Path, unknown, at: string]>([
    ["opened long before its trip", ["machine", "openedAt"], 0, "machine"],
    ["opened before time began", ["machine", "openedAt"], -1, "machine.openedAt"],
    ["does not recover from a loop", ["machine", "trip", "recovers"], false, "machine.trip"],
    [
      "holds what no call holds",
      ["accounts", 0, 1, "held"],
      { "9": { tokens: 1, nanoUsd: 1 } },
      "accounts.0.1.held",
    ],
    [
      "has used less than is pending",
      ["accounts", 0, 1, "used", "0", "toolCalls"],
      0,
      "accounts.0.1.used",
    ],
    ["lacks the account of a pending call", ["accounts"], [], "accounts"],
    ["has counted fewer calls than are pending", ["tokens"], 0, "tokens"],
    [
      "has a pending call of a time to come",
      ["pending", 0, 1, "generation"],
      99,
      "pending.0.1.generation",
    ],
    ["has a pending call of two kinds", ["pending", 0, 1, "kind"], "model", "pending.0.1"],
    ["has a lane twice", ["lanes", 1, 0], undefined, "lanes"],
    [
      "allows a call that it has refused",
      ["decided", 0, 1, "token", "refused"],
      true,
      "decided.0.1",
    ],
  ])("what contradicts itself: it %s", ([, path, value, at]) => {
    const twin = at === "lanes" ? (whole.state["lanes"] as [string][])[0]![0] : value;
    const restore = () => createBreaker({ restore: broken(["state", ...path], twin) });
    expect(restore).toThrow(SnapshotError);
    expect(restore).toThrow(`snapshot.state.${at}:`);
  });

  test("errors show no texts of it: these may be anything", () => {
    const restore = broken(["state", "tokens"], "a secret");
    expect(() => createBreaker({ restore })).toThrow(
      "snapshot.state.tokens: expected number, received a text",
    );
  });

  test.for<[unknown]>([[null], ["{}"], [[]], [{}]])("%j is no snapshot", ([snapshot]) => {
    expect(() => createBreaker({ restore: snapshot as Snapshot })).toThrow(SnapshotError);
  });
});
