// Every field of rich snapshots, damaged in every way: refused with its path, or safe to go on from.
import { describe, expect, test } from "vitest";
import { createBreaker, insideOf, type Breaker } from "../src/breaker/breaker.ts";
import type { Token } from "../src/vocabulary/call.ts";
import { SnapshotError } from "../src/vocabulary/errors.ts";
import { decode, encode } from "../src/run/snapshot.ts";
import type { Snapshot } from "../src/vocabulary/snapshot.ts";
import { success, use } from "./support/breakers.ts";
import { manualClock } from "./support/clock.ts";
import { damages, type Damage } from "./support/mangle.ts";
import { paid, richSnapshots, type Sample } from "./support/rich-snapshots.ts";

type State = ReturnType<typeof decode>;

/** Until when a snapshot says that nothing passes; a human's word to the contrary is one. */
function shutUntil({ machine, overrides }: State, now: number): number {
  const isLetting = overrides.some(
    (said) =>
      (said.until ?? now + 1) > now &&
      (("force" in said && said.force === "closed") || ("grant" in said && said.times > 0)),
  );
  if (isLetting) return 0;
  const ends = overrides.flatMap((said) =>
    "force" in said ? (said.until ?? Number.POSITIVE_INFINITY) : [],
  );
  if (machine.status === "open") {
    const { recovers, until = Number.POSITIVE_INFINITY } = machine.trip;
    ends.push(recovers ? machine.openedAt + machine.cooldownMs : until);
  }
  return Math.max(0, ...ends);
}

function expectMoney(breaker: Breaker): void {
  const { accounts } = insideOf(breaker).circuit.state;
  const balances = [...accounts.values()].flatMap(({ used, held }) => [
    ...Object.values(used),
    ...Object.values(held),
  ]);
  const figures = [breaker.spending, ...balances].flatMap(
    (sums) => Object.values(sums) as number[],
  );
  const wrong = figures.filter((sum) => !(sum >= 0 && Number.isFinite(sum)));
  if (wrong.length > 0) throw new Error(`money: ${wrong.join(", ")}`);
}

function settle(breaker: Breaker, lane: string, tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const outcomes = [paid, success("other"), { status: "failure", error: "e" }] as const;
    if (index === 3) void breaker.agent(lane).release(token);
    else breaker.agent(lane).settleSync(token, outcomes[index % 3]!);
  }
  expectMoney(breaker);
}

/** Goes on from a snapshot in all ways that there are. What it is asked for is fixed. */
function playOn({ options, now }: Sample, snapshot: Snapshot, state: State): void {
  const clock = manualClock(now);
  let chance = 0.4;
  const ports = { clock, random: () => (chance = (chance * 3.71) % 1) };
  const breaker = createBreaker({ ...options, ports, restore: snapshot });
  expectMoney(breaker);
  void [breaker.state, breaker.trip, breaker.signal.aborted];
  for (const [key, decision] of state.decided) {
    const [lane, answer] = key.split("\n");
    breaker.agent(lane).check(decision);
    const [again] = breaker.agent(lane).admitSync([use()], { answer: answer ?? "" });
    if (again.verdict === "open" || again.verdict === "block") breaker.agent(lane).toError(again);
  }
  const calls = [
    use("again"),
    use("other"),
    { kind: "delegation", to: "b", task: "fix it" },
  ] as const;
  const asked = [
    breaker.agent("z").admitSync([{ kind: "model", model: "m", prompt: "hi" }]),
    breaker.agent("a").admitSync(calls),
    breaker.agent("b").admitSync([use("again")]),
  ];
  if (shutUntil(state, now) > now) {
    const isLetThrough = asked.flat().some(({ verdict }) => verdict !== "open");
    if (isLetThrough) throw new Error("a call was let through before its time");
  }
  const pending = [...state.pending].map(([id, { lane, generation }]) => ({
    id,
    lane,
    generation,
  }));
  settle(breaker, "a", [...pending, ...asked.flat().map(({ token }) => token)]);
  breaker.agent("a").userMessage("go on");
  breaker.override({ grant: "model", by: "me", why: "test" });
  breaker.override({ extend: { usd: 1 }, by: "me", why: "test" })();
  clock.advance(60_000);
  for (let call = 0; call < 3; call += 1) {
    const [decision] = breaker.agent("a").admitSync([use("same")], { answer: `f${call}` });
    settle(breaker, "a", [decision.token]);
  }
  const later = json(breaker);
  decode(later);
  breaker.reset();
  breaker.endRun();
  expectMoney(breaker);
}

const json = (breaker: Breaker) => JSON.parse(JSON.stringify(breaker.snapshot())) as Snapshot;

/** The state of a damaged snapshot; `undefined` where it is refused as it should be. */
function restored(snapshot: Snapshot, { path, what }: Damage): State | undefined {
  try {
    return decode(snapshot);
  } catch (error) {
    if (error instanceof SnapshotError && error.message.startsWith("snapshot")) return undefined;
    throw new Error(`${path}: ${what}`, { cause: error });
  }
}

describe("a damaged snapshot is refused with its path, or safe to go on from", () => {
  const samples = richSnapshots();
  const counts = { damaged: 0, accepted: 0 };

  const known = new Set<string>();

  test.for(samples)("$name, as it is", (sample) =>
    playOn(sample, sample.snapshot, decode(sample.snapshot)),
  );

  test.for(samples)("$name", { timeout: 60_000 }, (sample) => {
    const { snapshot } = sample;
    const played = new Set<string>();
    // Other samples have another circuit, and other things that humans have said.
    const seen = new Set([...known].filter((kind) => !/^state.(machine|overrides)/.test(kind)));
    for (const damage of damages(snapshot, seen)) {
      counts.damaged += 1;
      const state = restored(snapshot, damage);
      if (state === undefined) continue;
      counts.accepted += 1;
      // What version 1 kept and this one forgets leaves the same state; and any text is as good as another one.
      const print = damage.isText ? damage.path : JSON.stringify(encode(state));
      if (played.has(print)) continue;
      played.add(print);
      try {
        playOn(sample, snapshot, state);
      } catch (error) {
        throw new Error(`${damage.path}: ${damage.what}`, { cause: error });
      }
    }
    for (const kind of seen) known.add(kind);
  });

  test("each field was damaged in some twenty ways, and guard refused most of the results", () => {
    expect(counts.damaged).toBeGreaterThan(10_000);
    expect(counts.accepted / counts.damaged).toBeLessThan(0.2);
  });
});
