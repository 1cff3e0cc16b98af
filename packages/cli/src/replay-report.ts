import type { ReplayResult } from "@guard/core/replay";
import { counted } from "./counted.ts";
import { plain, type Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { renderTable } from "./render-table.ts";
import { widestName } from "./shown.ts";

const head = [
  "run",
  "calls",
  "warned at",
  "refused at",
  "stopped at",
  "rule",
  "agent",
  "tool",
  "wasted calls",
  "saved USD",
];

/** The report for people: a table of the runs that guard would have changed, then the totals in one line. */
export class ReplayReport {
  runs = 0;
  #warned = 0;
  #blocked = 0;
  #opened = 0;
  #wastedCalls = 0;
  #savedUsd = 0;
  /** The runs of the table. Other runs are only counted. */
  readonly #told: ReplayResult[] = [];

  add(result: ReplayResult): void {
    this.runs += 1;
    if (result.rule === null) return;
    this.#told.push(result);
    if (result.warned !== null) this.#warned += 1;
    if (result.blocked !== null) this.#blocked += 1;
    if (result.opened !== null) this.#opened += 1;
    this.#wastedCalls += result.wastedCalls;
    this.#savedUsd += result.savedUsd;
  }

  render(paint: Paint = plain): string {
    const table =
      this.#told.length > 0 ? `${renderTable(head, this.#told.map(cells), paint)}\n` : "";
    return `${table}${this.#cures()}${this.#summary()}\n`;
  }

  /** The options that would have let refused calls through, each once. */
  #cures(): string {
    const cures = new Map<string, number>();
    for (const { cure } of this.#told)
      if (cure !== null) cures.set(cure, (cures.get(cure) ?? 0) + 1);
    if (cures.size === 0) return "";
    const lines = [...cures].map(([cure, runs]) => `  ${cure}  (${counted(runs, "run")})`);
    return `If a tool repeats on purpose, declare it in the options:\n${lines.join("\n")}\n`;
  }

  #summary(): string {
    return [
      counted(this.runs, "run"),
      `${this.runs - this.#told.length} untouched`,
      `${this.#warned} warned`,
      `${this.#blocked} refused`,
      `${this.#opened} stopped`,
      `${counted(this.#wastedCalls, "call")} wasted`,
      `${this.#savedUsd.toFixed(4)} USD saved`,
    ].join(", ");
  }
}

function cells(result: ReplayResult): readonly (string | number)[] {
  return [
    printable(result.id, widestName),
    result.calls,
    result.warned ?? "",
    result.blocked ?? "",
    result.opened ?? "",
    result.rule ?? "",
    printable(result.agent ?? "", widestName),
    printable(result.tool ?? "", widestName),
    result.wastedCalls || "",
    result.savedUsd === 0 ? "" : result.savedUsd.toFixed(4),
  ];
}
