import type { ReplayResult } from "@guard/core/replay";
import Table from "cli-table3";

const longestId = 48;

/** What a replay says, for people: the runs in which something happened, then all of them in a line. */
export function renderReplay(results: readonly ReplayResult[]): string {
  const told = results.filter(({ rule }) => rule !== null);
  return `${told.length > 0 ? `${table(told)}\n` : ""}${summary(results)}\n`;
}

function table(results: readonly ReplayResult[]): string {
  const rows = new Table({
    head: [
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
    ],
    // No colours and no frames: the same in a terminal, a file and a pipe.
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: frameless,
  });
  for (const result of results) {
    rows.push([
      shortened(result.id),
      result.calls,
      result.warned ?? "",
      result.blocked ?? "",
      result.opened ?? "",
      result.rule,
      result.agent ?? "",
      result.tool ?? "",
      result.wastedCalls || "",
      result.savedUsd === 0 ? "" : result.savedUsd.toFixed(4),
    ]);
  }
  return rows
    .toString()
    .split("\n")
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function summary(results: readonly ReplayResult[]): string {
  const count = (is: (result: ReplayResult) => boolean) => results.filter(is).length;
  const sum = (of: (result: ReplayResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  const parts = [
    `${results.length} runs`,
    `${count(({ rule }) => rule === null)} untouched`,
    `${count(({ warned }) => warned !== null)} warned`,
    `${count(({ blocked }) => blocked !== null)} blocked`,
    `${count(({ opened }) => opened !== null)} opened`,
    `${sum(({ wastedCalls }) => wastedCalls)} calls wasted`,
    `${sum(({ savedUsd }) => savedUsd).toFixed(4)} USD saved`,
  ];
  return parts.join(", ");
}

/** A long id keeps its beginning and its end: both tell runs apart. */
function shortened(id: string): string {
  if (id.length <= longestId) return id;
  const half = (longestId - 1) / 2;
  return `${id.slice(0, Math.ceil(half))}…${id.slice(-Math.floor(half))}`;
}

const frame =
  "top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle";

const frameless = Object.fromEntries(frame.split(" ").map((part) => [part, ""]));
