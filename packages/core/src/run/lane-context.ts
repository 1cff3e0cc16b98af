import type { Settings } from "../options/settings.ts";
import { table, type Table } from "../rules/evidence.ts";
import type { Rule, RuleContext } from "../rules/rule.ts";
import { seenTable } from "../rules/seen.ts";
import type { LaneState, RunState } from "./state.ts";

/** A lane at a moment: where something is judged or heard. */
export interface LaneContext {
  readonly state: RunState;
  readonly settings: Settings;
  readonly now: number;
  readonly key: string;
  readonly lane: LaneState;
}

/** What all rules may look at: all but a rule's own evidence. */
export type BaseContext = Omit<RuleContext, "own">;

export function baseContext({ state, key, lane, now }: LaneContext): BaseContext {
  return {
    seen: table(state.evidence.get(key) ?? noTables, seenTable),
    pending: (signature) => state.pendingBySignature.get(signature) ?? 0,
    news: lane.news,
    now,
  };
}

/** A rule's own evidence. */
export function evidenceOf(rule: Rule, { state, key }: LaneContext): Table {
  const tables = rule.scope === "lane" ? (state.evidence.get(key) ?? noTables) : state.shared;
  return table(tables, rule.table ?? rule.name);
}

const noTables: ReadonlyMap<string, Table> = new Map();
