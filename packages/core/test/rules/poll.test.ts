import { describe, expect, test } from "vitest";
import { fixture } from "../support/breakers.ts";
import { only, play, times } from "../support/script.ts";

const rules = { poll: { warn: 2, block: 4, open: 6 } };

const runs: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["an unchanged answer", times(7, "job_status:J=queued"), ". . w w b b O"],
  ["waiting", times(7, "wait:5=ok"), ". . w w b b O"],
  ["a failure that goes on", times(7, "job_status:J!down"), ". . w w b b O"],
  [
    "a changed answer starts anew",
    "job_status:J=q job_status:J=q job_status:J=r job_status:J=r job_status:J=r",
    ". . w . w",
  ],
  [
    "a changed number is a change",
    Array.from({ length: 9 }, (_, i) => `job_status:J=${i}`).join(" "),
    times(9, "."),
  ],
  [
    "another time or id changes nothing",
    Array.from({ length: 5 }, (_, i) => `job_status:J=queued,10:0${i},a1b2c3d${i}`).join(" "),
    ". . w w b",
  ],
  [
    "two jobs are counted apart",
    "job_status:J=q job_status:K=q job_status:J=q job_status:K=q",
    ". . . .",
  ],
  [
    "a wait during which something else brings news",
    "wait:5=ok A=1 wait:5=ok B=1 wait:5=ok C=1 wait:5=ok D=1 wait:5=ok E=1 wait:5=ok F=1 wait:5=ok",
    ". . . . w . w . w . w . w",
  ],
  ["unseen answers count half, all but the first", times(6, "job_status:J?"), ". . . w w w"],
  ["another user message starts anew", `"one" ${times(3, "wait:5=ok")} "two" wait:5=ok`, ". . w ."],
  ["each agent has its own count", times(2, "wait:5=ok x>wait:5=ok"), ". . . ."],

  ["looks every few seconds count little", times(12, "job_status:J=q @5s"), times(12, ".")],
  ["looks every minute as good as nothing", times(60, "job_status:J=q @60s"), times(60, ".")],
  [
    "a look after a minute is held against its like alone",
    "job_status:J=q job_status:J=q job_status:J=q job_status:J=q @60s job_status:J=q job_status:J=q",
    ". . w w . b",
  ],
  ["a failure once a minute neither", times(60, "job_status:J!down @60s"), times(60, ".")],
  ["a failure every ten seconds counts half", times(5, "job_status:J!down @10s"), ". . . w w"],
];

describe("polling and waiting", () => {
  test.for(runs)("%s: %s", ([, run, verdicts]) => {
    const { breaker, clock } = fixture({ rules });
    expect(play(breaker, run, clock)).toBe(verdicts);
  });
});

test("time counts from end to end: a look may wait before it looks", () => {
  const { lane, clock } = fixture({ rules });
  const verdicts = Array.from({ length: 60 }, () => {
    const [{ token, verdict }] = lane.admitSync([{ kind: "tool", tool: "job_status", args: "J" }]);
    clock.advance(60_000);
    lane.settleSync(token, { status: "success", result: "queued" });
    return verdict;
  });
  expect(new Set(verdicts)).toEqual(new Set(["allow"]));
});

describe("by default, with no change at all", () => {
  const step = "job_status:J=q";

  test.for<[gapS: number, warned: number, blocked: number, opened: number]>([
    [0, 11, 21, 23],
    [2, 11, 21, 23],
    // the first counts whole, the others a twelfth: nine minutes, and nineteen
    [5, 111, 231, 233],
    // half a day, then a day; the first look has waited for nothing
    [60, 722, 1_442, 1_444],
    // as many as every few seconds: five days, and ten
    [3_600, 122, 243, 245],
  ])("a look every %i s: warned at %i, refused at %i, stopped at %i", ([gap, ...expected]) => {
    const { breaker, clock } = fixture({ rules: only("poll") });
    const verdicts = play(breaker, times(expected[2] + 1, `${step} @${gap}s`), clock).split(" ");
    expect(["w", "b", "O"].map((letter) => verdicts.indexOf(letter) + 1)).toEqual(expected);
  });
});

/** Runs in which only the rules about repeats could refuse anything; all rules hold but the classic counter. */
const looks: readonly (readonly [shows: string, run: string, verdicts: string])[] = [
  ["its last outcome said: not yet", times(12, "get_build:B=running"), `${times(11, ".")} w`],
  ["of a tool that nothing is known of as well", times(12, "use:B=queued"), `${times(11, ".")} w`],
  ["not of a tool that mutates", times(4, "edit:B=queued"), ". . w b"],
  ["nor of one that writes for the agent alone", times(4, "todo:B=in_progress"), ". . w b"],
  [
    "not yet, until it is done",
    `${times(8, "get_build:B=running")} get_build:B=done`,
    times(9, "."),
  ],
  [
    "a sensor",
    "get_level:L=low get_level:L=high get_level:L=high get_level:L=high get_level:L=high",
    times(5, "."),
  ],
  [
    "a failure that has passed is no change by itself",
    "get_level:L!down get_level:L=low get_level:L=low get_level:L=low get_level:L=low",
    ". . . w b",
  ],
  [
    "a reading in between makes a source none the less",
    "use:L=low read:B=1 use:L=high use:L=high use:L=high use:L=high",
    times(6, "."),
  ],
  [
    "what another call may have changed is no source",
    "get_level:L=low B=1 get_level:L=high get_level:L=high get_level:L=high get_level:L=high",
    ". . . . w b",
  ],
  ["after a wait tool", times(6, "look:A=1 wait:5=ok"), times(12, ".")],
  ["one wait is one look", "look:A=1 look:A=1 wait:5=ok look:A=1 look:A=1 look:A=1", ". . . . w b"],
  ["after 20 seconds of idling", times(6, "look:A=1 @20s"), times(6, ".")],
  ["a host that sleeps for a rate limit makes no looks", times(4, "look:A=1 @19s"), ". . w b"],
  ["the same message 20 seconds later is no look", times(3, "send:A=ok @20s"), ". w b"],
];

describe("what makes a repeat a look", () => {
  test.for(looks)("%s: %s", ([, run, verdicts]) => {
    const { breaker, clock } = fixture({ rules: { signature: false } });
    expect(play(breaker, run, clock)).toBe(verdicts);
  });

  test.for<[shows: string, command: string, verdicts: string]>([
    ["a shell that sleeps first", "sleep 5 && tail log", "......"],
    ["one that does not", "tail log", "..wbbO"],
  ])("%s", ([, command, verdicts]) => {
    const { lane } = fixture();
    const said = Array.from({ length: 6 }, () => {
      const [{ token, verdict }] = lane.admitSync([
        { kind: "tool", tool: "bash", args: { command } },
      ]);
      lane.settleSync(token, { status: "success", result: "no line" });
      return verdict === "allow" ? "." : verdict === "open" ? "O" : verdict[0];
    });
    expect(said.join("")).toBe(verdicts);
  });

  test("the time of a tool is no idle time", () => {
    const { lane, clock } = fixture();
    const said = Array.from({ length: 4 }, () => {
      const [{ token, verdict }] = lane.admitSync([{ kind: "tool", tool: "search", args: "A" }]);
      clock.advance(90_000);
      lane.settleSync(token, { status: "success", result: "one" });
      return verdict;
    });
    expect(said).toEqual(["allow", "allow", "warn", "block"]);
  });

  test("nor is the time that a model takes", () => {
    const { lane, clock } = fixture();
    const said = Array.from({ length: 4 }, () => {
      const [model] = lane.admitSync([{ kind: "model" }]);
      clock.advance(90_000);
      lane.settleSync(model.token, { status: "success" });
      const [{ token, verdict }] = lane.admitSync([{ kind: "tool", tool: "search", args: "A" }]);
      lane.settleSync(token, { status: "success", result: "one" });
      return verdict;
    });
    expect(said).toEqual(["allow", "allow", "warn", "block"]);
  });
});
