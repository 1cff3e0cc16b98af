import { defaultTexts } from "@guard/core";
import { plain, styleOf, type Paint } from "./paint.ts";
import { printable } from "./printable.ts";
import { renderTable, type Cell } from "./render-table.ts";
import { counted } from "./counted.ts";
import type { RunStory, Step } from "./run-story.ts";
import {
  shownDuration,
  shownTime,
  shownTimeOfDay,
  shownUsd,
  shownVerdict,
  widestName,
} from "./shown.ts";

/** The longest reason that a human gave, in characters. */
const longest = 500;

/** The report of a run, for people. */
export function renderStory(story: RunStory, paint: Paint = plain): string {
  const parts = [
    renderFacts(story),
    ...story.trips.map((trip) => renderTrip(trip, paint)),
    goesOn(story),
  ];
  return [...parts, renderTimeline(story, paint)].filter((part) => part !== "").join("\n");
}

function renderFacts(story: RunStory): string {
  const { run, began, last, agents, accounts = {} } = story;
  const paid = Object.entries(accounts).map(
    ([level, id]) => `${level} ${printable(id, widestName)}`,
  );
  const calls = [
    counted(story.modelCalls, "model call"),
    counted(story.toolCalls, "tool call"),
    ...(story.handoffs > 0 ? [counted(story.handoffs, "hand-off")] : []),
    `${story.refused} refused`,
  ];
  return lines([
    ["Run", printable(run, widestName)],
    ["When", `${shownTime(began)} UTC, for ${shownDuration(last - began)}`],
    [
      agents.length === 1 ? "Agent" : "Agents",
      agents.map((name) => printable(name, widestName)).join(", "),
    ],
    ["Accounts", paid.join(", ")],
    ["Calls", calls.join(", ")],
    ["Used", `${story.tokens} tokens, ${story.usd.toFixed(4)} USD`],
    ["End", ends[story.end]],
  ]);
}

const ends = {
  ended: "the run ended, and guard did not stop it",
  stopped: "guard stopped the run",
  open: "the ledger has no end of this run: the run goes on, or its process ended early",
} as const satisfies Record<RunStory["end"], string>;

function renderTrip({ observed, report }: RunStory["trips"][number], paint: Paint): string {
  const { finding, reason, at } = report;
  const { cost, cure, by, why } = finding;
  const said = by === undefined ? "" : `${by}: ${why ?? ""}`;
  const hasLooped = cost.calls > 0 || cost.usd > 0;
  return lines([
    [observed ? "Would stop" : "Stopped", `${shownTime(at)} UTC`],
    ["Why", paint("red", printable(defaultTexts.stopped(report), longest))],
    ["Rule", `${finding.rule} (${reason}): ${rounded(finding.count)} of ${rounded(finding.limit)}`],
    ["By", printable(said, longest)],
    [
      "Wasted",
      hasLooped
        ? `${counted(cost.calls, "call")}, ${cost.tokens} tokens, ${cost.usd.toFixed(4)} USD`
        : "",
    ],
    [
      "Cure",
      cure === undefined
        ? ""
        : `if the agent repeats the call on purpose: ${printable(cure, longest)}`,
    ],
  ]);
}

function rounded(count: number): number {
  return Math.round(count * 10_000) / 10_000;
}

/** Whether calls ran after the last stop. */
function goesOn({ timeline, trips }: RunStory): string {
  const stop = trips.findLast(({ observed }) => !observed);
  if (stop === undefined) return "";
  const { at } = stop.report;
  const later = timeline.filter((step) => step.type === "call" && step.executed && step.at > at);
  if (later.length === 0) return "No call started after the stop.\n";
  return `${counted(later.length, "call")} started after the stop: a last answer, a new try after a pause, or an override.\n`;
}

function renderTimeline({ timeline, began, last }: RunStory, paint: Paint): string {
  const isOneDay = shownTime(began).slice(0, 10) === shownTime(last).slice(0, 10);
  const time = (at: number) => (isOneDay ? shownTimeOfDay(at) : shownTime(at));
  const head = ["time", "agent", "call", "verdict", "rule", "status", "tokens", "USD", "ms"];
  return renderTable(
    head,
    timeline.map((step) => [time(step.at), ...cells(step, paint)]),
    paint,
  );
}

function cells(step: Step, paint: Paint): readonly Cell[] {
  if (step.type !== "call") return [{ spans: `(${printable(step.text, longest)})` }];
  const style = styleOf[step.verdict];
  const verdict = shownVerdict(step.verdict);
  return [
    printable(step.agent, widestName),
    printable(step.tool, widestName),
    style === undefined ? verdict : paint(style, verdict),
    step.rule ?? "",
    step.executed ? (step.status ?? "no result") : "",
    step.tokens || "",
    shownUsd(step.usd ?? 0),
    step.ms ?? "",
  ];
}

/** Facts with their names in one column. A fact without a value is left out. */
function lines(facts: readonly (readonly [name: string, value: string])[]): string {
  return facts
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name.padEnd(12)}${value}\n`)
    .join("");
}
