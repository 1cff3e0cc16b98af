import { OptionsError, type BreakerSource, type OnTrip } from "@guard/core";
import { runsOf, type CheckpointReader } from "@guard/core/adapter";
import type { AIMessage } from "@langchain/core/messages";
import type { Command } from "@langchain/langgraph";
import { createMiddleware, type AgentMiddleware } from "langchain";
import { mayGoOn, stopOf } from "./ask-human.ts";
import { NodeRuns } from "./find-run.ts";
import { triedCall, type ModelRequest, type Next } from "./model-call.ts";
import { recordIn } from "./record.ts";
import { bringsDecision } from "./resume.ts";
import { enclosingTool, type Run } from "./run-tree.ts";
import { guardState, keepRecord, withRecord } from "./state.ts";
import { toModelCall, toPrompt } from "./to-call.ts";
import { toFinalAnswer } from "./to-request.ts";
import { windDown } from "./wind-down.ts";

export type { TripDecision, TripQuestion } from "@guard/core/adapter";

/** What LangChain calls the ways in which an agent ends early. */
const exits: ReadonlyMap<unknown, OnTrip> = new Map([
  ["error", "throw"],
  ["end", "finish"],
]);

export interface GuardMiddlewareOptions {
  /**
   * How the caller sees a trip: `error` as the error of the run, `end` as a last message that guard
   * wrote. Default: what the breaker's `onTrip` says.
   */
  readonly exitBehavior?: "error" | "end" | undefined;
  /**
   * The checkpointer of the agent: read when a run starts, so that a thread which goes on from an older
   * checkpoint in another process knows what its other branches have spent. Default: none is read.
   */
  readonly checkpointer?: CheckpointReader | undefined;
}

/**
 * Guards the model calls of a `createAgent`: the model reads warnings along with its tools' results, and
 * a trip can end the run with an answer instead of an error, or ask a human. Give the run a
 * `GuardCallbackHandler` over the same source as well: LangChain lets a middleware hear of its model calls
 * only, a handler of everything. Each call counts once all the same.
 *
 * With a registry and a checkpointer the thread remembers: evidence, trip and money go on with its next run,
 * from the private key `_guard` of the agent's state.
 *
 * @throws {OptionsError} for an unknown option or value
 *
 * @example
 * const registry = createRegistry({ onTrip: "wind-down", budget: { usd: 5, finalAnswer: { usd: 0.1 } } });
 * const agent = createAgent({ model, tools, middleware: [guardMiddleware(registry)] });
 * await agent.invoke({ messages }, { callbacks: [new GuardCallbackHandler(registry)] });
 */
export function guardMiddleware(
  source: BreakerSource,
  options: GuardMiddlewareOptions = {},
): AgentMiddleware<undefined, undefined, unknown, readonly [], readonly []> {
  checkOptions(options);
  const { exitBehavior, checkpointer } = options;
  const exit = exits.get(exitBehavior);
  const runs = new NodeRuns(source, { exits: ["finish", "wind-down", "ask"] });
  if (checkpointer) runsOf(source).threads?.read(checkpointer, recordIn);
  const middleware = createMiddleware({
    name: "GuardMiddleware",
    stateSchema: guardState,
    wrapModelCall: (request, next) => guarded(runs.current(request.state), exit, request, next),
  });
  // The middleware keeps a private key in the state: no caller passes it in, and no agent returns it.
  return middleware as unknown as ReturnType<typeof guardMiddleware>;
}

function checkOptions({ exitBehavior, checkpointer, ...rest }: GuardMiddlewareOptions): void {
  const faults = Object.keys(rest).map((key) => `${key}: unknown option`);
  if (exitBehavior !== undefined && !exits.has(exitBehavior)) {
    faults.push(`exitBehavior: expected error or end, received ${JSON.stringify(exitBehavior)}`);
  }
  if (checkpointer !== undefined && typeof checkpointer?.list !== "function") {
    faults.push(`checkpointer: expected a checkpointer, received ${typeof checkpointer}`);
  }
  if (faults.length > 0) throw new OptionsError(faults);
}

/** Makes the model call, and says what comes of it if the run is stopped before, in or behind it. */
async function guarded(
  run: Run,
  chosen: OnTrip | undefined,
  request: ModelRequest,
  next: Next,
): Promise<AIMessage | Command> {
  const { root } = run;
  const exit = exitAt(run, chosen);
  if (exit !== "throw") root.answersTrips = true;
  const answer =
    exit === "ask"
      ? await askedCall(run, request, next)
      : await triedCall(run, exit, request, next);
  if (answer !== undefined) return withRecord(answer, root);
  if (exit === "throw") throw run.stop!;
  const { text, code } = stopOf(run);
  const last = exit === "wind-down" ? await windDown(run, request, next) : undefined;
  root.guarded.latch.answered = true;
  if (last !== undefined) return withRecord(last, root);
  await keepRecord(root);
  return toFinalAnswer({ text, code });
}

/** How a trip is answered here: what only the outermost agent can do is left to it. */
function exitAt(run: Run, chosen: OnTrip | undefined): OnTrip {
  const exit = chosen ?? run.root.guarded.breaker.onTrip;
  const isInner = enclosingTool(run) !== undefined;
  if (exit === "ask" && !isInner && !run.root.guarded.seesTools) {
    throw new OptionsError([
      'callbacks: expected a GuardCallbackHandler of the same source, because onTrip is "ask"; received none',
    ]);
  }
  return isInner && (exit === "ask" || exit === "wind-down") ? "finish" : exit;
}

/**
 * Makes a model call, and asks a human where the run is stopped. An answer that stops it is kept: none of
 * its calls starts, and before the next model call a human is asked. `undefined` where the human says stop.
 */
async function askedCall(
  run: Run,
  request: ModelRequest,
  next: Next,
): Promise<AIMessage | undefined> {
  const visit = String(request.runtime.configurable?.["checkpoint_ns"]);
  run.keepsAnswers = true;
  if (bringsDecision(run.root.resume)) {
    // The break may be over by now. What no state tells any more is found out without making the call.
    const { breaker } = run.root.guarded;
    if (breaker.trip === undefined) {
      await run.agent.wouldPass(toModelCall(run.id, toPrompt(request.messages)));
    }
    if (!mayGoOn(run, visit)) return undefined;
  }
  for (;;) {
    const answer = await triedCall(run, "ask", request, next);
    if (answer !== undefined) return answer;
    if (!mayGoOn(run, visit)) return undefined;
  }
}
