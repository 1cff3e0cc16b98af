import { markdownTable } from "../../scripts/markdown-table.ts";
import { exits, presetNames, trips, ways, type Exit, type Way } from "./combination.ts";
import type { Judged, Row } from "./row.ts";

/** The rows of one framework in one version. */
export interface Section {
  readonly adapter: string;
  readonly framework: string;
  readonly version: string;
  readonly rows: readonly Row[];
}

/** Rows by framework and version, in the order in which they come. */
export function sectionsOf(rows: readonly Row[]): readonly Section[] {
  const sections = grouped(rows, ({ framework, version }) => `${framework} ${version}`);
  return [...sections.values()].map((own) => {
    const { adapter, framework, version } = own[0]!;
    return { adapter, framework, version, rows: own };
  });
}

/** One table for a framework: what runs after the trip by way and exit, the worst of all trips and presets. */
export function tableOf({ rows }: Section): string {
  return markdownTable(
    ["way", ...exits.map((exit) => `\`${exit}\``)],
    ways.map((way) => [way, ...exits.map((exit) => cell(rows, way, exit))]),
  );
}

function cell(all: readonly Row[], way: Way, exit: Exit): string {
  const rows = all.filter((row) => row.way === way && row.exit === exit);
  const played = rows.filter(({ notApplicable }) => notApplicable === null);
  if (played.length === 0) return "–";
  const most = (count: (row: Row) => number | null) =>
    Math.max(...played.map((row) => count(row) ?? 0));
  const after = most(runsAfter);
  const granted = most((row) => (row.modelCallsGranted ?? 0) + (row.toolRunsGranted ?? 0));
  const inFlight = most(({ toolRunsInFlight }) => toolRunsInFlight);
  const parts = [
    String(after),
    ...(granted > 0 ? [`${granted} granted`] : []),
    ...(inFlight > 0 ? [`${inFlight} under way`] : []),
    ...(played.some(({ surfaced }) => surfaced !== true) ? ["**not seen**"] : []),
  ];
  return parts.join(", ");
}

const runsAfter = (row: Row) => (row.modelCallsAfter ?? 0) + (row.toolRunsAfter ?? 0);

const columns = { way: ways, trip: trips, exit: exits, preset: presetNames } as const;
type Column = keyof typeof columns;

/** Why some combinations of a framework are not there, each reason once. */
export function reasonsOf({ rows }: Section): readonly string[] {
  /** Whether a framework has nothing at all with that value. */
  const isMissing = (column: Column, value: string) =>
    rows.every((row) => row[column] !== value || row.notApplicable !== null);
  return [...grouped(rows, ({ notApplicable }) => notApplicable)].flatMap(([reason, own]) => {
    if (reason === null) return [];
    const told = (Object.keys(columns) as Column[])
      .map((column) => ({ column, values: [...new Set(own.map((row) => row[column]))] }))
      .filter(({ column, values }) => values.length < columns[column].length);
    // One column says it all where the framework has nothing with its values.
    const whole = told.filter(({ column, values }) =>
      values.every((one) => isMissing(column, one)),
    );
    const words = (whole.length > 0 ? whole.slice(0, 1) : told).map(
      ({ column, values }) => `${column} ${values.map((one) => `\`${one}\``).join(", ")}`,
    );
    return [`${words.join(" with ")}: ${reason}`];
  });
}

/** One line on all rows. */
export function summaryOf(judged: readonly Judged[]): string {
  const played = judged.filter(({ row }) => row.notApplicable === null);
  const bad = played.filter(({ faults }) => faults.length > 0);
  const sum = (count: (row: Row) => number | null) =>
    played.reduce((total, { row }) => total + (count(row) ?? 0), 0);
  return [
    `${judged.length} rows`,
    `${played.length} played`,
    `${judged.length - played.length} not applicable`,
    `${sum(({ modelCallsAfter }) => modelCallsAfter)} model calls and ${sum(({ toolRunsAfter }) => toolRunsAfter)} tool runs after the trip`,
    `${sum(({ modelCallsGranted }) => modelCallsGranted)} and ${sum(({ toolRunsGranted }) => toolRunsGranted)} granted`,
    `${sum(({ toolRunsInFlight }) => toolRunsInFlight)} tool runs under way`,
    `${played.filter(({ row }) => row.surfaced !== true).length} not seen`,
    `${bad.length} with faults`,
  ].join(", ");
}

/** The faults, a line for each row. */
export function faultLines(judged: readonly Judged[]): readonly string[] {
  return judged.flatMap(({ row, faults }) => {
    const { framework, version, way, trip, exit, preset } = row;
    const where = `${framework} ${version}: ${way}, ${trip}, ${exit}, ${preset}`;
    return faults.length === 0 ? [] : [`${where}: ${faults.join("; ")}`];
  });
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
