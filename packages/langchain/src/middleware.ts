import { OptionsError, type BreakerSource, type OnTrip } from "@guard/core";
import { hasMethods, noSuchOption, received, runsOf } from "@guard/core/adapter";
import type { CheckpointReader } from "@guard/core/adapter";
import type { AIMessage } from "@langchain/core/messages";
import type { Command } from "@langchain/langgraph";
import type { AgentMiddleware, WrapModelCallHook, WrapToolCallHook } from "langchain";
import { mayGoOn, stopOf } from "./ask-human.ts";
import type { Around } from "./around.ts";
import { NodeRuns } from "./find-run.ts";
import { triedCall, type Visit } from "./model-call.ts";
import { recordIn } from "./record.ts";
import { bringsDecision } from "./resume.ts";
import { enclosingTool, type Run } from "./run.ts";
import { guardState, keepRecord, withRecord } from "./state.ts";
import { toModelCall, toPrompt } from "./to-call.ts";
import { toFinalAnswer } from "./to-request.ts";
import { windDown } from "./wind-down.ts";
import { wrapTools } from "./wrap-tools.ts";

export type { TripDecision, TripQuestion } from "@guard/core/adapter";

/** LangChain's words for the ways in which an agent ends early. */
const exits: ReadonlyMap<unknown, OnTrip> = new Map([
  ["error", "throw"],
  ["end", "finish"],
]);

/** Options of {@link guardMiddleware}. All are optional. */
export interface GuardMiddlewareOptions {
  /**
   * What the caller gets on a trip: `"error"` an error, `"end"` a last message by guard. Default: what `onTrip` of the
   * registry or the breaker says.
   */
  readonly exitBehavior?: "error" | "end" | undefined;
  /**
   * The checkpointer of the agent. guard reads it when a run starts: so a thread that goes on from an older checkpoint in
   * another process knows what its other branches have spent. Default: guard reads none. `guardAgent` takes the agent's.
   */
  readonly checkpointer?: CheckpointReader | undefined;
}

/**
 * A middleware that guards the model calls of an agent: the model reads warnings below the results of its tools, and a
 * trip can end the run with an answer or ask a human.
 *
 * Use `guardAgent`, which places this middleware and the handler. If you place the middleware yourself, put it before all
 * others, and give the run a `GuardCallbackHandler` over the same source: a middleware hears only the model calls of its
 * agent, a handler hears everything. Each call counts once all the same.
 *
 * With a registry and a checkpointer the thread remembers: evidence, trip and money go on with the next run. guard keeps
 * them in the private key `_guard` of the agent's state.
 *
 * @throws {OptionsError} for an invalid source, an unknown option or a wrong value
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
  return makeMiddleware(source, options);
}

/** LangChain's mark of a middleware. guard sets it without loading `langchain`: an `AgentExecutor` runs without that. */
const brand = Symbol.for("AgentMiddleware");

/** guard's middleware, with its part of the state. */
interface GuardsOwn {
  readonly [brand]: true;
  readonly name: string;
  readonly stateSchema: typeof guardState;
  readonly wrapModelCall: WrapModelCallHook<typeof guardState>;
  readonly wrapToolCall?: WrapToolCallHook;
}

const sources = new WeakMap<object, BreakerSource>();

/** The source of a middleware that guard made; `undefined` for any other. */
export function sourceOf(middleware: object): BreakerSource | undefined {
  return sources.get(middleware);
}

/** @param around what guard knows of the agent. Default: nothing, so guard does not wrap the agent's tools */
export function makeMiddleware(
  source: BreakerSource,
  { exitBehavior, checkpointer }: GuardMiddlewareOptions,
  around: Around = {},
): ReturnType<typeof guardMiddleware> {
  const { hasTools = false, isNearest = false } = around;
  const exit = exits.get(exitBehavior);
  const runs = new NodeRuns(source, { exits: ["finish", "wind-down", "ask"] });
  if (checkpointer) runsOf(source).threads?.read(checkpointer, recordIn);
  const middleware: GuardsOwn = {
    [brand]: true,
    name: "GuardMiddleware",
    stateSchema: guardState,
    wrapModelCall: (request, next) => {
      const run = runs.current(request.state);
      return guarded({ run, exit: exitAt(run, exit), request, next, isNearest });
    },
    ...(hasTools ? { wrapToolCall: wrapTools(runs, around) } : {}),
  };
  sources.set(middleware, source);
  // The key in the state is private: callers don't pass it in, and agents don't return it. So the types don't show it.
  return middleware as unknown as ReturnType<typeof guardMiddleware>;
}

function checkOptions({ exitBehavior, checkpointer, ...rest }: GuardMiddlewareOptions): void {
  const names = ["exitBehavior", "checkpointer"];
  const faults = Object.keys(rest).map((key) => noSuchOption(key, names));
  if (exitBehavior !== undefined && !exits.has(exitBehavior)) {
    faults.push(`exitBehavior: expected error or end, received ${received(exitBehavior)}`);
  }
  if (checkpointer !== undefined && !hasMethods(checkpointer, "list")) {
    faults.push(`checkpointer: expected a checkpointer, received ${received(checkpointer)}`);
  }
  if (faults.length > 0) throw new OptionsError(faults);
}

/** Makes the model call. If guard stops the run before the call or by its answer, gives what `exit` says. */
async function guarded(visit: Visit): Promise<AIMessage | Command> {
  const { run, exit } = visit;
  const { root } = run;
  if (exit !== "throw") root.answersTrips = true;
  const answer = exit === "ask" ? await askedCall(visit) : await triedCall(visit);
  if (answer !== undefined) return withRecord(answer, root);
  if (exit === "throw") throw run.stop!;
  const { text, code } = stopOf(run);
  const last = exit === "wind-down" ? await windDown(visit) : undefined;
  root.guarded.latch.answered = true;
  if (last !== undefined) return withRecord(last, root);
  await keepRecord(root);
  return toFinalAnswer({ text, code });
}

/** What the caller gets on a trip. An agent inside a tool leaves the last call, or the question, to the outermost agent. */
function exitAt(run: Run, chosen: OnTrip | undefined): OnTrip {
  const exit = chosen ?? run.root.guarded.breaker.onTrip;
  const isInner = enclosingTool(run) !== undefined;
  if (exit === "ask" && !isInner && !run.root.guarded.seesTools) {
    throw new OptionsError([
      'callbacks: expected a GuardCallbackHandler of the same source, because onTrip is "ask"; received none. ' +
        "guardAgent(createAgent({ … }), registry) gives the agent both",
    ]);
  }
  return isInner && (exit === "ask" || exit === "wind-down") ? "finish" : exit;
}

/**
 * Makes a model call, and asks a human if the run is stopped. guard keeps an answer that stops the run: none of its calls
 * starts, and guard asks before the next model call. `undefined` if the human says stop.
 */
async function askedCall(visit: Visit): Promise<AIMessage | undefined> {
  const { run, request } = visit;
  const place = String(request.runtime.configurable?.["checkpoint_ns"]);
  run.keepsAnswers = true;
  if (bringsDecision(run.root.resume)) {
    // The break may be over by now, and no state tells of the stop any more. guard finds out without making the call.
    const { breaker } = run.root.guarded;
    if (breaker.trip === undefined) {
      await run.agent.wouldPass(toModelCall(run.id, toPrompt(request.messages)));
    }
    if (!mayGoOn(run, place)) return undefined;
  }
  for (;;) {
    const answer = await triedCall(visit);
    if (answer !== undefined) return answer;
    if (!mayGoOn(run, place)) return undefined;
  }
}
