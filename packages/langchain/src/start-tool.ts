import { CircuitOpenError } from "@guard/core";
import { hideFromStreams } from "./hide-from-streams.ts";
import { passesRefusalsOn, type Run } from "./run-tree.ts";
import { toRefusal, toStop } from "./to-answer.ts";
import { toStartedCall } from "./to-call.ts";

/** What LangChain tells of a tool that starts. */
interface ToolStart {
  readonly input: string;
  /** Tools that are classes start without their name. */
  readonly name: string | undefined;
  readonly callId: string | undefined;
  readonly tags: string[] | undefined;
}

/** The tool as which classic executors pass on an error they made themselves: no call of the agent's. */
const executorsEcho = "ExceptionTool";

/** Asks whether a tool may start. Throws what says that it may not. */
export async function startTool(run: Run, { input, name, callId, tags }: ToolStart): Promise<void> {
  const { agent, root } = run;
  const call = toStartedCall(run.name, input, callId);
  const sought = { id: callId, tool: name, args: input };
  const isEcho = name === undefined && run.name === executorsEcho;
  if (isEcho && agent.stageOf(sought) === undefined) return;
  root.resume = undefined;
  const canRefuse = passesRefusalsOn(run);
  const options = { key: run.id, sought, canRefuse };
  // Guard refuses an already judged call at once: the next handler of this start must hear of it.
  const { refused } = agent.startAsked(call, options) ?? (await agent.start(call, options));
  if (refused === undefined) return;
  hideFromStreams(tags);
  if (!CircuitOpenError.isInstance(refused)) throw toRefusal(refused);
  const stop = toStop(refused);
  // A stop that a middleware will answer must come back to it, so the tool node passes it on as a result.
  throw root.answersTrips && canRefuse ? toRefusal(stop) : stop;
}
