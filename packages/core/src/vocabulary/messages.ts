import type { Finding } from "./call.ts";
import { priceSeen } from "./price-used.ts";
import type { TripReport } from "./trip-report.ts";

/**
 * A name as it may stand in a sentence that a model reads: names of unknown tools are the model's own
 * invention, so they are cut, and hold no line break or quote.
 */
function named(name: string | undefined): string {
  if (name === undefined) return "this call";
  return `"${name.slice(0, 64).replaceAll(/[^\p{L}\p{N}_.:/ -]/gu, "?")}"`;
}

function namedModel(name: string | undefined): string {
  return name === undefined ? "a model without a name" : named(name);
}

/** What the model can do about it. */
function whatToDo({ rule, verdict }: Finding): string {
  const isWait = rule === "ceiling" && verdict === "block";
  if (isWait) return "Try it again later, or go on without it.";
  return "Use what you already know, change the arguments, take another tool, or give your final answer.";
}

/** What a model reads in place of the result of a call that was refused. */
export function refusal(finding: Finding): string {
  return `Refused, not executed: ${seenBy(finding)} ${whatToDo(finding)}`;
}

/** What a model reads along with the result of a call that was allowed once more. */
export function warning(finding: Finding): string {
  return `Note: ${seenBy(finding)} ${whatToDo(finding)}`;
}

/** The message of the error that ends a run. */
export function tripMessage(report: TripReport): string {
  const { finding, reason } = report;
  const { price } = finding;
  const seen = price === undefined ? "" : ` ${priceSeen(price, namedModel(price.model))}`;
  return `guard stopped this run (${reason}): ${seenBy(finding)}${seen}`;
}

/** What a model reads along with the one call that may follow a trip. */
export function lastWish(tripText: string): string {
  return (
    `${tripText} No tool can be called any more. ` +
    "Give your final answer from what is known so far, and say what is missing."
  );
}

/** What was seen, in one sentence: the tool and counts, no arguments and no results. */
function seenBy(finding: Finding): string {
  const tool = named(finding.tool);
  const times = Math.round(finding.count * 100) / 100;
  switch (finding.rule) {
    case "no-progress":
      return `${tool} was asked for again after ${plural(times, "round")} that brought nothing new.`;
    case "repeat":
      return `${tool} was called ${times} times with the same arguments, and nothing has changed.`;
    case "signature":
      return `${tool} was asked for ${times} times with the same arguments.`;
    case "poll":
      return `${tool} has given the same answer for too long. Wait longer before you look again.`;
    case "paging":
      return `${tool} has brought the same ${times} times: the end is reached.`;
    case "mutation":
      return `${tool} has already been done with the same arguments.`;
    case "error":
      return `${tool} has failed ${times} times in the same way, whatever the arguments.`;
    case "storm":
      return `${tool} has failed ${times} times in a row.`;
    case "churn":
      return `${tool} has given the same answer to ${times} similar questions.`;
    case "delegation":
      return `${tool} was given the same task ${times} times, and brought nothing new.`;
    case "delegation-pair":
      return `${tool} was given work by the same agent ${times} times.`;
    case "delegation-depth":
      return `${tool} would work ${times} agents below the first.`;
    case "reassignment":
      return `the same task was given out ${times} times and came to nothing.`;
    case "drift":
      return `a model call costs ${times} times as much as at the beginning.`;
    case "context":
      return `the last request had ${times} tokens.`;
    case "collision":
      return `${tool} is already under way with the same arguments.`;
    case "text":
      return `the same answer was given ${times} times.`;
    case "again":
      return `the last ${times} turns have ended in the same way.`;
    case "failing-model":
      return `${times} model calls in a row have failed.`;
    case "ceiling":
      return ceilingSeen(finding);
    case "manual":
      return "it was stopped by hand.";
  }
}

function ceilingSeen({ ceiling, limit, verdict }: Finding): string {
  if (ceiling === "price") return "the price of this model is unknown.";
  if (ceiling === "store") return "its budget can't be asked for at the moment.";
  if (verdict === "block") return "what is left of its budget is held for other calls.";
  return `the ceiling of ${limit} ${unit(ceiling)} is reached.`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function unit(ceiling: string | undefined): string {
  switch (ceiling) {
    case "modelCalls":
      return "model calls";
    case "toolCalls":
      return "tool calls";
    case "usd":
      return "USD";
    case "wallMs":
      return "milliseconds";
    default:
      return ceiling ?? "";
  }
}
