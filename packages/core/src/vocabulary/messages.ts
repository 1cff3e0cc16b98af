import type { Finding } from "./call.ts";
import { priceSeen } from "./price-used.ts";
import type { TripReport } from "./trip-report.ts";

/**
 * A name in quotes, safe for a sentence that a model reads. A model may invent the name of a tool, so the name is cut to 64
 * characters, and `?` replaces line breaks, quotes and the like.
 */
function named(name: string | undefined): string {
  if (name === undefined) return "this call";
  return `"${name.slice(0, 64).replaceAll(/[^\p{L}\p{N}_.:/ -]/gu, "?")}"`;
}

function namedModel(name: string | undefined): string {
  return name === undefined ? "a model without a name" : named(name);
}

/** What the model can do. */
function modelsChoice({ rule, verdict }: Finding): string {
  switch (rule) {
    case "mutation":
      // Other arguments would pay or send a second time.
      return "Don't repeat it in another way. Go on with the rest of the task, or give your final answer.";
    case "poll":
      return "Wait longer before you ask again, or go on without the answer.";
    case "collision":
      return "Wait for the result before you ask again.";
    default:
      if (rule === "ceiling" && verdict === "block") {
        return "Try the call again later, or go on without it.";
      }
      return "Use what you already know, change the arguments, use another tool, or give your final answer.";
  }
}

/** What the person who gave the task can do. */
function usersChoice({ rule, ceiling, account = "run" }: Finding): string {
  switch (rule) {
    case "ceiling":
      if (ceiling === "store") return "Try again later.";
      if (ceiling === "price") return "Ask the operator to set a price for the model.";
      // Runs may share a budget for a day: a new run would not help.
      return `${account === "run" ? "Start again" : "Try again later"}, or ask for a larger budget.`;
    case "manual":
      return "Ask the operator when you can go on.";
    case "mutation":
      // The user may pay or send a second time.
      return "Check what is done already before you ask again.";
    case "error":
    case "storm":
    case "failing-model":
    case "poll":
    case "collision":
      return "Try again later.";
    default:
      return "Give more details, or ask for something else.";
  }
}

/** What a model reads in place of the result of a call that guard has refused. */
export function refused(finding: Finding): string {
  return `Refused, not executed: ${seenBy(finding, "you")} ${modelsChoice(finding)}`;
}

/** What a model reads below the result of a call that guard warns of. */
export function warned(finding: Finding): string {
  return `Note: ${seenBy(finding, "you")} ${modelsChoice(finding)}`;
}

/** What a developer reads: the message of the error that ends a run. */
export function tripMessage(report: TripReport): string {
  const { finding, reason } = report;
  const { price } = finding;
  const seen = price === undefined ? "" : ` ${priceSeen(price, namedModel(price.model))}`;
  return `guard stopped this run (${reason}): ${seenBy(finding)}${seen}`;
}

/** What an end user reads about a run that guard has stopped. */
export function stopped(trip: TripReport | undefined): string {
  if (trip === undefined) return "This task was stopped earlier. Start again.";
  const { finding } = trip;
  return `This task was stopped: ${seenBy(finding)} ${usersChoice(finding)}`;
}

/** What a model reads with its last call, after guard has stopped the run. */
export function lastCall(trip: TripReport | undefined): string {
  const seen = trip === undefined ? "." : `: ${seenBy(trip.finding, "you")}`;
  return (
    `This task was stopped${seen} You can't call tools any more. ` +
    "Give your final answer from what you know so far, and say what is missing."
  );
}

/** What a model reads in place of the result of a call that never ran, because guard stopped the run. */
export function notRun(trip: TripReport | undefined): string {
  const seen = trip === undefined ? "." : `: ${seenBy(trip.finding, "you")}`;
  return `Not executed, because the run was stopped${seen}`;
}

/**
 * What guard has seen, in one sentence: the tool and counts, no arguments and no results.
 *
 * @param model what the reader calls the model
 */
function seenBy(finding: Finding, model = "the agent"): string {
  const tool = named(finding.tool);
  const times = Math.round(finding.count * 100) / 100;
  switch (finding.rule) {
    case "no-progress":
      return `${model} asked for ${tool} again after ${plural(Math.ceil(times), "attempt")} that brought nothing new.`;
    case "repeat":
      return `${model} called ${tool} ${times} times with the same arguments, and nothing has changed.`;
    case "signature":
      return `${model} asked for ${tool} ${times} times with the same arguments.`;
    case "poll":
      return `${tool} gave the same answer too many times.`;
    case "paging":
      return `${tool} returned the same result ${times} times, so it has reached the end.`;
    case "mutation":
      return `the same call of ${tool} has already succeeded, or is running.`;
    case "error":
      return `${tool} failed ${times} times with the same error.`;
    case "storm":
      return `${tool} failed ${times} times in a row.`;
    case "churn":
      return `${tool} gave the same answer to ${times} similar questions.`;
    case "delegation":
      return `${tool} got the same task ${times} times, and brought nothing new.`;
    case "delegation-pair":
      return `the same agent gave work to ${tool} ${times} times.`;
    case "delegation-depth":
      return `the agents hand work down ${times} levels, to ${tool}.`;
    case "reassignment":
      return `the agents passed on the same task ${times} times without a result.`;
    case "drift":
      return `a model call costs ${times} times as much as at the start.`;
    case "context":
      return `the last request was too long (${times} tokens).`;
    case "collision":
      return `${tool} was already running with the same arguments.`;
    case "text":
      return `${model} gave the same answer ${times} times.`;
    case "again":
      return `the last ${times} requests ended in the same way.`;
    case "failing-model":
      return `the last ${times} model calls failed.`;
    case "ceiling":
      return ceilingSeen(finding);
    case "manual":
      return "an operator stopped it.";
  }
}

function ceilingSeen({ ceiling, limit, verdict }: Finding): string {
  if (ceiling === "price") return "the price of this model is unknown.";
  if (ceiling === "store") return "the budget check failed.";
  if (verdict === "block") return "running calls hold the rest of the budget.";
  if (ceiling === "wallMs") return `the time limit of ${plural(limit / 1000, "second")} is over.`;
  return `the budget of ${plural(limit, unit(ceiling))} is used up.`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 || word === "USD" ? "" : "s"}`;
}

function unit(ceiling: string | undefined): string {
  switch (ceiling) {
    case "modelCalls":
      return "model call";
    case "toolCalls":
      return "tool call";
    case "tokens":
      return "token";
    default:
      return "USD";
  }
}
