import type { Decision } from "../vocabulary/call.ts";
import { emptyBalance, post } from "../budget/balance.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { dropEnded } from "../collections/bounded-map.ts";
import { setEntry, type Tables } from "../rules/evidence.ts";
import type { Override } from "../vocabulary/override.ts";
import type { MachineState } from "../machine/state.ts";
import type { InFlight, LaneState, RunState } from "./state.ts";

/** Decisions about calls that have settled, or were refused. */
const maxDecided = 10_000;

/** One step from a state to the next, as data: this is what a shared store will be sent. */
export type Change =
  | { readonly set: "lane"; readonly lane: string; readonly to: LaneState }
  | {
      readonly set: "evidence";
      /** `null`: evidence of the whole breaker. */
      readonly lane: string | null;
      readonly table: string;
      readonly key: string;
      readonly to: unknown;
    }
  /** Moves money, or what is held of it, in an account of the run. */
  | { readonly post: Posting; readonly at: number }
  | {
      readonly set: "alerted";
      readonly account: string;
      readonly ceiling: string;
      readonly at: number;
    }
  | { readonly set: "machine"; readonly to: MachineState; readonly generation: number }
  | { readonly set: "overrides"; readonly to: readonly Override[] }
  | { readonly set: "in-flight"; readonly token: string; readonly to: InFlight | undefined }
  | { readonly set: "decided"; readonly key: string; readonly to: Decision }
  | { readonly set: "tokens"; readonly to: number }
  | { readonly clear: "evidence"; readonly lane: string }
  /** A table of the whole breaker. */
  | { readonly clear: "shared"; readonly table: string }
  | { readonly clear: "all-evidence" }
  | { readonly clear: "run" };

/** Applies changes in order. The only place where a state is written. */
export function apply(state: RunState, changes: readonly Change[]): void {
  for (const change of changes) applyOne(state, change);
}

function applyOne(state: RunState, change: Change): void {
  if ("clear" in change) return clear(state, change);
  if ("post" in change) return postTo(state, change.post, change.at);
  switch (change.set) {
    case "lane":
      state.lanes.set(change.lane, change.to);
      return;
    case "evidence":
      setEntry(tablesOf(state, change.lane), change.table, change.key, change.to);
      return;
    case "alerted": {
      const balance = state.accounts.get(change.account) ?? emptyBalance;
      const alerted = { ...balance.alerted, [change.ceiling]: change.at };
      state.accounts.set(change.account, { ...balance, alerted });
      return;
    }
    case "machine":
      if (change.to.status === "open" && state.machine.status !== "open") state.tripCount += 1;
      state.machine = change.to;
      state.generation = change.generation;
      return;
    case "overrides":
      state.overrides = change.to;
      return;
    case "in-flight":
      setInFlight(state, change.token, change.to);
      return;
    case "decided":
      state.decided.set(change.key, change.to);
      dropEnded(state.decided, maxDecided, ({ token }) => !state.inFlight.has(token.id));
      return;
    case "tokens":
      state.tokens = change.to;
      return;
  }
}

function postTo({ accounts }: RunState, posting: Posting, at: number): void {
  const before = accounts.get(posting.account) ?? emptyBalance;
  const begun = before.startedAt === undefined ? { ...before, startedAt: at } : before;
  accounts.set(posting.account, post(begun, posting));
}

function setInFlight(state: RunState, token: string, call: InFlight | undefined): void {
  const { inFlight } = state;
  const before = inFlight.get(token);
  if (before !== undefined) countOpen(state, before, -1);
  if (call === undefined) {
    inFlight.delete(token);
    return;
  }
  inFlight.set(token, call);
  countOpen(state, call, 1);
}

function countOpen({ flying, openCalls }: RunState, { signed, lane }: InFlight, step: number) {
  count(flying, signed.signature, step);
  count(openCalls, lane, step);
}

function count(counts: Map<string, number>, key: string, step: number): void {
  const now = (counts.get(key) ?? 0) + step;
  if (now > 0) counts.set(key, now);
  else counts.delete(key);
}

function tablesOf(state: RunState, lane: string | null): Tables {
  if (lane === null) return state.shared;
  const known = state.evidence.get(lane);
  if (known !== undefined) return known;
  const tables: Tables = new Map();
  state.evidence.set(lane, tables);
  return tables;
}

function clear(state: RunState, change: Extract<Change, { clear: string }>): void {
  switch (change.clear) {
    case "evidence":
      state.evidence.delete(change.lane);
      return;
    case "shared":
      state.shared.delete(change.table);
      return;
    case "all-evidence":
      state.evidence.clear();
      state.shared.clear();
      for (const [key, lane] of state.lanes) {
        state.lanes.set(key, { ...lane, round: undefined, refused: {} });
      }
      return;
    case "run":
      state.evidence.clear();
      state.shared.clear();
      state.lanes.clear();
      for (const [token, call] of state.inFlight) {
        // What is held in accounts that outlive the run is still to be settled.
        if (call.reservationId === undefined) state.inFlight.delete(token);
        else state.inFlight.set(token, { ...call, accounts: [] });
      }
      state.flying.clear();
      state.openCalls.clear();
      state.decided.clear();
      state.accounts.clear();
      return;
  }
}
