// Snapshots that hold something of everything, for tests that damage them.
import { createBreaker, insideOf } from "../../src/breaker/breaker.ts";
import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import type { Call, Outcome } from "../../src/vocabulary/call.ts";
import type { Snapshot } from "../../src/vocabulary/snapshot.ts";
import { cooldownMs, once, trip, use } from "./breakers.ts";
import { manualClock } from "./clock.ts";
import { play } from "./script.ts";
import version1 from "./snapshots-of-version-1.json" with { type: "json" };

/** A moment on all clocks here. */
const taken = 1_764_000_000_000;

/** Limits of every kind, wide enough that they stop nothing. */
const limited: BreakerOptions = {
  tools: { use: { usd: 0.5 }, look_again: { policy: "polling" } },
  budget: { usd: 500, tokens: 1e9, modelCalls: 1_000, wallMs: 1e12, alertAt: 0.0001 },
  limits: {
    user: { usd: 900, per: "day" },
    agents: { a: { usd: 400 } },
    tools: { use: { toolCalls: 1_000 } },
  },
  accounts: { user: "42" },
};

export const paid: Outcome = {
  status: "success",
  result: "done",
  usage: { inputTokens: 10, outputTokens: 5, usd: 0.25 },
};

export interface Sample {
  readonly name: string;
  readonly options: BreakerOptions;
  readonly now: number;
  /** Plain JSON of its own. */
  readonly snapshot: Snapshot;
}

/** Something in every record that there is. */
const evidence =
  "A=1 look:B=1 get_build:C=q get_build:C=q find:x,y,p=[] find:x,y,q=[] create_file:F=ok " +
  "delete_file:F=ok b>'one' a>>b=fix,it=done a>>c=fix,it!no 'hi' 'hi' read:D!404 read:D!404";

function breakerAt(options: BreakerOptions = limited, chance = 0.1) {
  const clock = manualClock(taken);
  let seed = chance;
  const random = () => (seed = (seed * 7.13) % 1);
  const breaker = createBreaker({ ...options, ports: { clock, random } });
  const take = (name: string): Sample => ({
    name,
    options,
    now: clock(),
    snapshot: JSON.parse(JSON.stringify(breaker.snapshot())) as Snapshot,
  });
  return { breaker, clock, take };
}

const pendings: readonly Call[] = [
  { kind: "tool", tool: "use", args: { q: "x y", page: 2 }, id: "call_1" },
  { kind: "tool", tool: "bash", args: { command: "sleep 5" }, estimate: { usd: 1, tokens: 9 } },
  { kind: "delegation", to: "c", task: "more of it", taskId: "t" },
];
const asked: Call = {
  kind: "model",
  model: "m",
  provider: "p",
  serviceTier: "flex",
  prompt: "a long text",
};

/** Closed: evidence of every kind, turns, questions, ended lanes, and calls of every kind under way. */
function closed(): Sample {
  const { breaker, take } = breakerAt();
  for (let turn = 0; turn < 2; turn += 1) {
    breaker.agent("a").userMessage("hello");
    play(breaker, "'yes'");
  }
  play(breaker, evidence);
  const inner = insideOf(breaker);
  for (let at = 0; at < 2; at += 1) {
    const lane = breaker.agent("q", `${at}`) as ReturnType<typeof breaker.agent> & {
      begin(question: string): void;
      end(): void;
    };
    lane.begin("a question");
    once(lane, use("seen"));
    const [decision] = lane.admitSync([{ kind: "model" }]);
    lane.settleSync(decision.token, paid);
    lane.end();
  }
  inner.circuit.useLane({ key: "r\n\nroot", agent: "r", root: "root" }, taken);
  const lane = breaker.agent("b");
  const [done, failed] = lane.admitSync([use("fast"), use("wrong"), ...pendings], { answer: "m1" });
  lane.settleSync(done.token, paid);
  lane.settleSync(failed.token, { status: "failure", error: "no" });
  for (let round = 0; round < 2; round += 1) {
    const [decision] = breaker.agent("w").admitSync([use("same")], { answer: `w${round}` });
    breaker.agent("w").settleSync(decision.token, { status: "success", result: "same" });
  }
  breaker.agent("w").admitSync([use("same")], { answer: "w3" });
  const [failing] = breaker.agent("w").admitSync([{ kind: "model" }]);
  breaker.agent("w").settleSync(failing.token, { status: "failure", error: "overloaded" });
  breaker.agent("a").admitSync([asked]);
  const said = { by: "ops", why: "slow" };
  breaker.override({ allow: "a signature", times: 3, ...said });
  breaker.override({ extend: { usd: 3, tokens: 5 }, ...said });
  breaker.override({ grant: "tool", times: 2, until: taken + 1_000, ...said });
  return take("closed");
}

/** Open for a loop, with a call under way that was admitted before. */
function open() {
  const made = breakerAt();
  const { breaker } = made;
  breaker.agent("b").admitSync(pendings, { answer: "m1" });
  breaker.agent("a").admitSync([asked]);
  trip(breaker.agent("a"), use("again"));
  breaker.override({ grant: "tool", by: "ops", why: "one more" });
  breaker.agent("a").admitSync([use("granted")], { answer: "m9" });
  insideOf(breaker).grantLastAnswer()?.();
  return made;
}

/** Open for a budget whose window ends: nothing heals it before. */
function spent(): Sample {
  const options: BreakerOptions = {
    limits: { user: { modelCalls: 1, per: "day" } },
    accounts: { user: "42" },
  };
  const { breaker, take } = breakerAt(options);
  const lane = breaker.agent("a");
  for (let call = 0; call < 2; call += 1) {
    const [decision] = lane.admitSync([asked]);
    lane.settleSync(decision.token, paid);
  }
  return take("open for a spent budget");
}

/** Half-open, a probe under way. */
function halfOpen(): Sample {
  const { breaker, clock, take } = open();
  clock.advance(cooldownMs);
  breaker.agent("a").admitSync([use("other"), use("more")]);
  return take("half-open");
}

/** Held open by a human. */
function forced(): Sample {
  const { breaker, take } = breakerAt();
  breaker.agent("a").admitSync([asked]);
  breaker.override({ force: "open", by: "ops", why: "halt", until: taken + 60_000 });
  return take("forced open");
}

/** Snapshots of this version, and of each before it, in all states of the circuit. */
export function richSnapshots(): readonly Sample[] {
  const old = Object.entries(version1).map(([name, snapshot]): Sample => {
    const now = taken + 2_000;
    return { name: `version 1, ${name}`, options: limited, now, snapshot: snapshot as never };
  });
  return [closed(), open().take("open"), spent(), halfOpen(), forced(), ...old];
}
