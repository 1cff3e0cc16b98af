import { CircuitOpenError } from "@guard/core";
import { hideFromStreams } from "./hide-from-streams.ts";
import type { Run } from "./run.ts";
import { toRefusal, toStop } from "./to-answer.ts";
import { toStartedCall } from "./to-call.ts";

/** What LangChain says about a tool that starts. */
interface ToolStart {
  readonly input: string;
  /** LangChain tells no name of a tool that is a class. */
  readonly name: string | undefined;
  readonly callId: string | undefined;
  readonly tags: string[] | undefined;
}

/** The tool by which a classic executor passes on an error of its own. It is no call of the agent's. */
const executorsEcho = "ExceptionTool";

/** Asks guard whether a tool may start. Throws guard's error if it may not. */
export async function startTool(run: Run, { input, name, callId, tags }: ToolStart): Promise<void> {
  const { agent, root } = run;
  const call = toStartedCall(run.name, input, callId);
  const sought = { id: callId, tool: name, args: input };
  const isEcho = name === undefined && run.name === executorsEcho;
  if (isEcho && agent.stageOf(sought) === undefined) return;
  root.resume = undefined;
  const canRefuse = passesRefusalsOn(run);
  const options = { key: run.id, sought, canRefuse };
  // guard refuses a call that it has judged already without waiting: the next handler of this start must see the tag.
  const { refused } = agent.startAsked(call, options) ?? (await agent.start(call, options));
  if (refused === undefined) return;
  hideFromStreams(tags);
  if (!CircuitOpenError.isInstance(refused)) throw toRefusal(refused);
  const stop = toStop(refused);
  // A middleware may answer the stop: so the tool node passes the stop on as a result, and the run comes to the middleware.
  throw root.answersTrips && canRefuse ? toRefusal(stop) : stop;
}

/**
 * Whether the tool node of `createAgent` starts this tool: the node passes a refusal on to the model, as the result of the
 * call. Anywhere else a refusal could be an error that ends the user's run.
 */
function passesRefusalsOn(tool: Run): boolean {
  const node = tool.parent;
  return (
    node?.kind === "chain" &&
    node.name === "tools" &&
    node.parent?.steps?.has("model_request") === true
  );
}
