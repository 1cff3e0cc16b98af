import type { ReplayResult } from "@guard/core/replay";
import { printable } from "./printable.ts";
import { renderTable } from "./render-table.ts";

const head = [
  "run",
  "calls",
  "warned",
  "blocked",
  "opened",
  "rule",
  "agent",
  "tool",
  "wasted",
  "saved USD",
];

/** The longest text that a column holds. */
const widest = 48;

/** What a replay says to people: the runs in which something happened, then all of them in a line. */
export class ReplayReport {
  runs = 0;
  #warned = 0;
  #blocked = 0;
  #opened = 0;
  #wastedCalls = 0;
  #savedUsd = 0;
  /** The report counts runs in which nothing happened, and doesn't keep them. */
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

  render(): string {
    const table = this.#told.length > 0 ? `${renderTable(head, this.#told.map(cells))}\n` : "";
    return `${table}${this.#cures()}${this.#summary()}\n`;
  }

  /** The lines of options that would have let refused calls through, each once. */
  #cures(): string {
    const cures = new Map<string, number>();
    for (const { cure } of this.#told)
      if (cure !== null) cures.set(cure, (cures.get(cure) ?? 0) + 1);
    if (cures.size === 0) return "";
    const lines = [...cures].map(([cure, runs]) => `  ${cure}  (${counted(runs, "run")})`);
    return `Where a tool is called again on purpose, declare it:\n${lines.join("\n")}\n`;
  }

  #summary(): string {
    return [
      counted(this.runs, "run"),
      `${this.runs - this.#told.length} untouched`,
      `${this.#warned} warned`,
      `${this.#blocked} blocked`,
      `${this.#opened} opened`,
      `${counted(this.#wastedCalls, "call")} wasted`,
      `${this.#savedUsd.toFixed(4)} USD saved`,
    ].join(", ");
  }
}

function cells(result: ReplayResult): readonly (string | number)[] {
  return [
    printable(result.id, widest),
    result.calls,
    result.warned ?? "",
    result.blocked ?? "",
    result.opened ?? "",
    result.rule ?? "",
    printable(result.agent ?? "", widest),
    printable(result.tool ?? "", widest),
    result.wastedCalls || "",
    result.savedUsd === 0 ? "" : result.savedUsd.toFixed(4),
  ];
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
