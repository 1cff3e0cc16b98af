/**
 * For people who write adapters. An adapter hooks into a framework and translates; this does the rest: runs and their
 * ends, agents, the calls that wait for their outcome, turns, hand-offs, threads, questions to humans and the last
 * answer. Users of a framework don't need it.
 *
 * An adapter takes a run through these steps:
 *
 * ```ts
 * const run = runsOf(registry).run(rootId);             // at the first word of it
 * const agent = run.agent("researcher");
 * const { key, refused } = await agent.request(modelCall, shown);
 * if (refused) throw refused;                            // or what the framework understands
 * const stop = await agent.answered(key, { calls, text, usage });
 * if (stop) throw stop;                                  // before any of its tools starts
 *                                                        // streamed: streamCall(agent, key, parts, toPieces)
 * const result = runTool(agent, call, () => body(args)); // or agent.start and agent.end by events
 * const unanswered = await run.end();                    // an error that was swallowed on its way
 * ```
 *
 * `asRun`, `askModel` and `useTool` are the same steps for a loop of your own. `@guard/core` exports them, too.
 */
export { currentScope, runsOf, type GuardedRun, type Runs, type RunsOptions } from "./runs.ts";
export { findScopesBy, Scope, type ScopeTool } from "./scope.ts";
export { UnreportedRun } from "./unreported-run.ts";
export type { Run } from "./run.ts";
export type { RunOptions } from "./run-options.ts";
export type { Agent } from "./agent.ts";
export { refusesModels } from "./refuses-models.ts";
export type { ModelAnswer, Shown, ShownMessage, Starting, StartOptions } from "./asking.ts";
export { latestFirst } from "./shown.ts";
export { textsOf } from "./texts-of.ts";
export { withNotes, type Note, type Told } from "./told.ts";
export { Places } from "./places.ts";
export type { Sought } from "./asked-calls.ts";
export { LatestAnswers, type AnswerShown } from "./latest-answers.ts";
export { runTool } from "./run-tool.ts";
export { toFailure } from "./to-failure.ts";
export { isAbort } from "../vocabulary/is-abort.ts";
export { AnswerSoFar, type Piece } from "./answer-so-far.ts";
export { makeCall } from "./make-call.ts";
export { streamCall } from "./stream-call.ts";
export { providerSaid } from "./provider-permit.ts";
export { endWith } from "./end-with.ts";
export { lastWord, type LastCall, type LastWord } from "./last-word.ts";
export { asRun } from "./as-run.ts";
export type { LoopAgent } from "./loop-agent.ts";
export { askModel } from "./ask-model.ts";
export { useTool, type ToolText } from "./use-tool.ts";
export { withMethods } from "./with-methods.ts";
export { breakerIn, checkSource, isRegistry, type BreakerSource } from "./source.ts";
export { checkArgument, checkName, kindOf, sourceSecond } from "./check-argument.ts";
export type { Kind, Parameter } from "./check-argument.ts";
export { checkOptions } from "./check-options.ts";
export { noSuchOption } from "../options/fault-of.ts";
export { received } from "../options/received.ts";
export { Handoffs, type Handoff, type HandoffOptions, type HandoffReader } from "./handoffs.ts";
export type { CheckpointReader } from "./threads.ts";
export { laterRecord, readRecord, recordIn, type GuardRecord } from "./record.ts";
export { isApproved, isDecision, whatStopped } from "./trip-question.ts";
export type { TripDecision, TripQuestion } from "./trip-question.ts";
export { attachStop } from "../vocabulary/attach-stop.ts";
export { hasMethods } from "./has-methods.ts";
export { read } from "./read.ts";
export { usageOf } from "./usage.ts";
export { offeredTools } from "./offered-tools.ts";
export { outputLimitOf } from "./output-limit.ts";
export { plusUsage } from "./plus-usage.ts";
export { LiveMap } from "../collections/live-map.ts";
