import type { RunResult } from "./run-agent.ts";

/** The runs of one agent, without and with guard. */
export interface Compared {
  readonly agent: string;
  readonly model: string;
  readonly unguarded: RunResult;
  readonly guarded: RunResult;
}

const header = [
  "agent",
  "model",
  "guard",
  "model calls",
  "tool runs",
  "USD",
  "stopped at",
  "why",
  "saved",
];

/** Renders the runs as one table. */
export function renderRuns(compared: readonly Compared[]): string {
  const rows = compared.flatMap(({ agent, model, unguarded, guarded }) => [
    row(agent, model, "no", unguarded, ""),
    row("", "", "yes", guarded, saved(unguarded, guarded)),
  ]);
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd();
  return [header, ...rows].map(line).join("\n") + "\n";
}

function row(
  agent: string,
  model: string,
  guard: string,
  run: RunResult,
  savings: string,
): readonly string[] {
  const { modelCalls, toolRuns, usd, ended, trip } = run;
  const stoppedAt = {
    finished: "",
    "recursion limit": "recursion limit",
    "stopped by guard": `model call ${modelCalls}`,
  }[ended];
  const why = trip === undefined ? (ended === "finished" ? "finished" : "") : whyOf(trip.finding);
  return [
    agent,
    model,
    guard,
    String(modelCalls),
    String(toolRuns),
    usd.toFixed(4),
    stoppedAt,
    why,
    savings,
  ];
}

function whyOf(finding: { rule: string; tool?: string }): string {
  return `${finding.rule} (${finding.tool})`;
}

function saved(unguarded: RunResult, guarded: RunResult): string {
  const { modelCalls, usd } = difference(unguarded, guarded);
  if (modelCalls === 0) return "untouched";
  const share = Math.round((usd / unguarded.usd) * 100);
  return `${modelCalls} model calls, ${usd.toFixed(4)} USD (${share} %)`;
}

/** The calls and USD that guard saved. */
export function difference(unguarded: RunResult, guarded: RunResult) {
  return {
    modelCalls: unguarded.modelCalls - guarded.modelCalls,
    toolRuns: unguarded.toolRuns - guarded.toolRuns,
    usd: unguarded.usd - guarded.usd,
  };
}
