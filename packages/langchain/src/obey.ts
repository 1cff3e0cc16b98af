import {
  CircuitOpenError,
  warning,
  type Call,
  type Decision,
  type Lane,
  type ModelCall,
  type Outcome,
} from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";
import { admitOrWait, runAnyway } from "@guard/core/adapter";
import { requestKey, type Request } from "./requests.ts";
import { enclosingTool, passesRefusalsOn, type Run } from "./run-tree.ts";
import { toRefusal, toStop } from "./to-answer.ts";
import { toUserMessage } from "./to-call.ts";
import { isToolMessage, toOutcome } from "./to-outcome.ts";

interface Asking {
  /** The id of the answer that asks. */
  readonly answer: string;
  /** Under which key the calls are remembered. Default: the answer's id. */
  readonly key?: string;
  readonly stage?: Request["stage"];
  /** Whether the answer is kept where it stops the run: then nothing is thrown, its calls don't start. */
  readonly isKept?: boolean;
}

/**
 * Asks for the calls of one answer, or for a model call, and remembers what was decided: the one place
 * where guard is asked. Throws if the run is stopped. A model call that is refused, because others hold
 * the money for it, throws too, and the run is not stopped by that.
 */
export async function ask(
  run: Run,
  calls: readonly Call[],
  { answer, key = answer, stage = "asked", isKept = false }: Asking,
): Promise<void> {
  if (calls.length === 0) return;
  run.root.resume = undefined;
  const { lastWord } = run.root;
  if (lastWord === undefined) stayStopped(run);
  else if (!isBelow(run, lastWord.run)) throw lastWord.stop;
  const { breaker } = run.root;
  const meant = calls.map((call) => run.root.handoffs.toCall(call));
  const decisions: readonly Decision[] = await admitOrWait(breaker, run.lane, meant, { answer });
  const stopping = decisions.find(({ verdict }) => verdict === "open");
  if (stopping !== undefined) {
    const error = stop(run, stopping);
    if (!isKept) throw error;
  }
  const { lane } = run;
  for (const [index, decision] of decisions.entries()) {
    const call = calls[index]!;
    const request = { call, meant: meant[index]!, answer, decision, lane, stage };
    if (call.kind === "model") {
      if (decision.verdict === "block") throw lane.toError(decision);
      // What is sent to a model may be long, and is not kept.
      const kept = { ...call, prompt: undefined };
      run.root.requests.set(requestKey(key, index), { ...request, call: kept, meant: kept });
    } else run.root.requests.set(requestKey(key, index), request);
  }
  note(run, calls, decisions);
}

/** Whether something runs below a run, or is it. */
function isBelow(run: Run, above: Run): boolean {
  return run === above || (run.parent !== undefined && isBelow(run.parent, above));
}

/** Finds out whether a model call would pass; it is not made. One that does not stops the run. */
export async function wouldPass({ lane, root }: Run, call: ModelCall): Promise<void> {
  if (root.breaker.trip !== undefined) return;
  const [decision] = await lane.admit([call]);
  if (decision.verdict !== "open") await lane.release(decision.token);
}

/** Notes what the model is to read along with the results of its round. */
function note(run: Run, calls: readonly Call[], decisions: readonly Decision[]): void {
  if (calls[0]?.kind === "model") return;
  const notes = decisions.flatMap(({ verdict, findings: [finding] }) =>
    verdict === "warn" && finding !== undefined ? [warning(finding)] : [],
  );
  if (notes.length > 0) run.root.notes.set(run.lane, [...new Set(notes)]);
}

/** The decision about a call that is about to start. Throws if the run has been stopped since. */
export function decisionNow(run: Run, request: Request): Decision {
  stayStopped(run);
  const decision = request.lane.check(request.decision);
  if (decision.verdict === "open") throw stop(run, decision);
  return decision;
}

/**
 * Lets a tool start, or refuses: always if the run has been stopped or others hold the money for it, and
 * where the refusal reaches the model also if this one call was blocked for what it repeats. Where it
 * would not, such a call runs and counts as refused.
 */
export function start(run: Run, request: Request): Decision {
  const decision = decisionAtStart(run, request);
  if (decision.verdict !== "block") return decision;
  const isForMoney = decision.findings[0]?.rule === "ceiling";
  if (isForMoney || passesRefusalsOn(run)) throw toRefusal(request.lane.toError(decision));
  return runAnyway(request.lane, decision, request.meant);
}

/** A stop that a middleware will answer must come back to it, so the tool node passes it on as a result. */
function decisionAtStart(run: Run, request: Request): Decision {
  try {
    return decisionNow(run, request);
  } catch (error) {
    const isAnswered = run.root.answersTrips && passesRefusalsOn(run);
    throw isAnswered && CircuitOpenError.isInstance(error) ? toRefusal(error) : error;
  }
}

/** The error that ends the run. It is kept: somebody may swallow it on its way. */
function stop(run: Run, decision: Decision): CircuitOpenError {
  const error = toStop(run.lane.toError(decision) as CircuitOpenError);
  run.root.stopped = error;
  run.root.answered = false;
  return error;
}

/**
 * The error of a run that has been stopped, as long as the circuit has not been closed since. That its
 * break is over says nothing about this run: it is the next one that may probe.
 */
export function stoppedBy({ root }: Run): CircuitOpenError | undefined {
  const { state } = root.breaker;
  const isForgiven = !root.ended && (state === "closed" || state === "forced-closed");
  return isForgiven ? undefined : root.stopped;
}

/** Refuses for a run that has been stopped, where its breaker would not do so itself. */
function stayStopped(run: Run): void {
  const { state } = run.root.breaker;
  if (state === "open" || state === "forced-open") return;
  const error = stoppedBy(run);
  if (error === undefined) return;
  run.root.answered = false;
  throw error;
}

/** Tells what came back from a call. */
export async function settle(run: Run, key: string, outcome: Outcome): Promise<void> {
  const request = run.root.requests.take(key);
  await request?.lane.settle(request.decision.token, outcome);
}

/**
 * Tells that a call has failed: at once, or with the next request where its id lets it be recognised
 * when it is tried again. Then what comes back in the end is its result.
 */
export async function fail(run: Run, key: string, failure: Outcome): Promise<void> {
  const { requests } = run.root;
  const request = requests.move(key, "ended", failure);
  if (request?.call.id === undefined) await settle(run, key, failure);
}

/** Gives back what is held for calls that were asked for and will not be made. */
export async function releaseUnmade(run: Run): Promise<void> {
  for (const request of run.root.requests.takeUnmade()) {
    await request.lane.release(request.decision.token);
  }
}

/** Tells the failures that nobody tries again any more, of one lane or of the whole run. */
export async function settleFailed(run: Run, lane?: Lane): Promise<void> {
  for (const request of run.root.requests.takeFailed(lane)) {
    await request.lane.settle(request.decision.token, request.failure!);
  }
}

/**
 * Takes the results that only the messages of the next request show: of tools that don't exist, of
 * arguments that no tool accepted, of tools that answered by a Command.
 */
export async function takeResults(run: Run, request: readonly BaseMessage[]): Promise<void> {
  const { requests } = run.root;
  if (requests.isEmpty) return;
  await settleFailed(run, run.lane);
  // The latest first: some models give the same id to a call of every answer.
  for (const message of request.toReversed()) {
    if (!isToolMessage(message)) continue;
    const key = requests.keyOfResult(run.lane, message.tool_call_id);
    const outcome = toOutcome(message);
    if (key === undefined || outcome === undefined) continue;
    if (!run.root.seesTools) letRun(run, key);
    await settle(run, key, outcome);
  }
}

/** A call that was refused where nobody told of its start: it has run, and counts as refused. */
function letRun({ root: { requests } }: Run, key: string): void {
  const request = requests.take(key);
  if (request === undefined) return;
  const { meant, decision, lane } = request;
  const ran = decision.verdict === "block" ? runAnyway(lane, decision, meant) : decision;
  requests.set(key, { ...request, decision: ran });
}

/**
 * Tells what the user said last. What is said to an agent inside a tool was written by another agent:
 * that is no new turn. Neither is the one message of an agent that writes its actions as text: it holds
 * what has been done so far, and grows with it.
 */
export function hear(run: Run, request: readonly BaseMessage[]): void {
  if (enclosingTool(run) !== undefined) return;
  const said = toUserMessage(request);
  if (said === undefined) return;
  const { heard } = run.root;
  const before = heard.get(run.lane.agent);
  heard.set(run.lane.agent, said);
  if (before?.count === said.count && isGrown(before.text, said.text)) return;
  run.lane.userMessage(said.text);
}

/** Whether `text` is `before` with something put in at one place. */
function isGrown(before: string, text: string): boolean {
  if (before === text) return true;
  let same = 0;
  while (same < before.length && before[same] === text[same]) same += 1;
  return text.length >= before.length && text.endsWith(before.slice(same));
}
