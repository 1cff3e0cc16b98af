import type { Change } from "./change.ts";
import { table, type Table } from "./evidence.ts";
import type { Settings } from "./options.ts";
import type { Rule, View } from "./rules/rule.ts";
import { seenTable } from "./rules/seen.ts";
import type { LaneState, RunState } from "./state.ts";

/** Where a judgement is made: the state and the lane that asks. */
export interface Place {
  readonly state: RunState;
  readonly settings: Settings;
  readonly now: number;
  readonly key: string;
  readonly lane: LaneState;
}

/** What can be seen from a lane, whatever the rule. */
export interface Sight {
  readonly tables: ReadonlyMap<string, Table>;
  readonly seen: Table;
  readonly inFlight: View["inFlight"];
}

export function sightOf({ state, key }: Pick<Place, "state" | "key">): Sight {
  const tables = state.evidence.get(key) ?? noTables;
  return {
    tables,
    seen: table(tables, seenTable),
    inFlight: (signature) => state.flying.get(signature) ?? 0,
  };
}

const noTables: ReadonlyMap<string, Table> = new Map();

/** A rule's own evidence. */
export function ownOf(rule: Rule, { state }: Place, { tables }: Sight): Table {
  return table(rule.scope === "lane" ? tables : state.shared, rule.table ?? rule.name);
}

export function viewFor(rule: Rule, place: Place, sight: Sight): View {
  const { seen, inFlight } = sight;
  const own = ownOf(rule, place, sight);
  return { own, seen, inFlight, news: place.lane.news, now: place.now };
}

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
