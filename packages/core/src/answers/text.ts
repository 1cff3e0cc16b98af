import type { Finding } from "../call.ts";
import type { TripReport } from "../errors.ts";

/**
 * A name as it may stand in a sentence that a model reads: names of unknown tools are the model's own
 * invention, so they are cut, and hold no line break or quote.
 */
function named(name: string | undefined): string {
  if (name === undefined) return "this call";
  return `"${name.slice(0, 64).replaceAll(/[^\p{L}\p{N}_.:/ -]/gu, "?")}"`;
}

const whatToDo =
  "Use what you already know, change the arguments, take another tool, or give your final answer.";

/** What a model reads in place of the result of a call that was refused. */
export function refusal(finding: Finding): string {
  return `Refused, not executed: ${seenBy(finding)} ${whatToDo}`;
}

/** What a model reads along with the result of a call that was allowed once more. */
export function warning(finding: Finding): string {
  return `Note: ${seenBy(finding)} ${whatToDo}`;
}

/** The message of the error that ends a run. */
export function tripMessage(report: TripReport): string {
  const { finding, reason } = report;
  return `guard stopped this run (${reason}): ${seenBy(finding)}`;
}

function seenBy(finding: Finding): string {
  const tool = named(finding.tool);
  switch (finding.rule) {
    case "no-progress":
      return `${tool} was asked for again after ${finding.count} rounds that brought nothing new.`;
    case "signature":
      return `${tool} was asked for ${finding.count} times with the same arguments.`;
    case "poll":
      return `${tool} has brought the same answer ${finding.count} times.`;
    case "ceiling":
      return `the ceiling of ${finding.limit} ${unit(finding.ceiling)} is reached.`;
    case "manual":
      return "it was stopped by hand.";
  }
}

function unit(ceiling: string | undefined): string {
  switch (ceiling) {
    case "modelCalls":
      return "model calls";
    case "toolCalls":
      return "tool calls";
    case "usd":
      return "USD";
    default:
      return ceiling ?? "";
  }
}
