import type { Change } from "./change.ts";
import { table, type Table } from "../rules/evidence.ts";
import type { Settings } from "../options/settings.ts";
import type { Rule, View } from "../rules/rule.ts";
import { seenTable } from "../rules/seen.ts";
import type { LaneState, RunState } from "./state.ts";

/** Where a judgement is made: the state and the lane that asks. */
export interface Place {
  readonly state: RunState;
  readonly settings: Settings;
  readonly now: number;
  readonly key: string;
  readonly lane: LaneState;
}

/** What can be seen from a lane, whatever the rule: all but the rule's own evidence. */
export type Sight = Omit<View, "own">;

export function sightOf({ state, key, lane, now }: Place): Sight {
  return {
    seen: table(state.evidence.get(key) ?? noTables, seenTable),
    inFlight: (signature) => state.flying.get(signature) ?? 0,
    news: lane.news,
    now,
  };
}

/** A rule's own evidence. */
export function ownOf(rule: Rule, { state, key }: Place): Table {
  const tables = rule.scope === "lane" ? (state.evidence.get(key) ?? noTables) : state.shared;
  return table(tables, rule.table ?? rule.name);
}

const noTables: ReadonlyMap<string, Table> = new Map();

/** The entries that a rule wants set, as changes. */
export function addEntries(
  changes: Change[],
  rule: Rule,
  place: Place,
  entries: readonly (readonly [string, unknown])[] = [],
): void {
  const lane = rule.scope === "lane" ? place.key : null;
  const name = rule.table ?? rule.name;
  for (const [key, to] of entries) changes.push({ set: "evidence", lane, table: name, key, to });
}
