// What agents are made of in every framework that is built on LangChain.
import type { BreakerSource } from "@guard/core";
import { HumanMessage, type BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { named, scriptedModel } from "guard-test-support/langchain";
import { otherAgent, otherName } from "../other-framework.ts";
import { asksForLastWord, lastWord, type Scene } from "../scene.ts";
import { handoffName, toolName, type Request } from "../trips.ts";

export type Model = ReturnType<typeof scriptedModel>;

/** Asks the agent inside a tool. The config is that of the tool's run. */
export type Helper = (question: string, config: RunnableConfig) => Promise<unknown>;

/** Makes an agent of that name, which is run inside a tool. */
export type HelperMaker = (name: string, model: Model, tools: StructuredToolInterface[]) => Helper;

/** A model that goes on for ever, unless it is asked for its last word. */
function model(
  scene: Scene,
  ask: (turn: number, text: string) => readonly Request[] | string,
): Model {
  return scriptedModel((turn, messages) => {
    const text = messages.filter((message) => HumanMessage.isInstance(message)).at(-1)?.text ?? "";
    const isLast = messages.some((message) => asksForLastWord(message.text));
    const isWoundDown = scene.combination.exit === "wind-down";
    scene.jobIn(text).modelCalled(isLast || !isWoundDown);
    if (isLast) return lastWord;
    const answer = ask(turn, text);
    return typeof answer === "string" ? answer : answer.map(({ name, args }) => ({ name, args }));
  });
}

/** The model and the tools of the agent that the user runs. */
export function parts(scene: Scene, source: BreakerSource, helper: HelperMaker) {
  const { way } = scene.combination;
  const looping = () => model(scene, (turn, text) => scene.ask(turn, scene.jobIn(text)));
  const tools = toolsOf(scene, helper);
  const inner = () => helper("colleague", looping(), tools);
  const asking = (name: string) =>
    model(scene, (_, text) => [{ name, args: { q: `Ask for #${scene.jobIn(text).number}.` } }]);
  if (way === "nested agent") {
    const ask = counted(scene, "ask_colleague", inner());
    return { model: asking("ask_colleague"), spare: looping(), tools: [ask] };
  }
  if (way === "another framework's agent") {
    const other = counted(scene, otherName, otherAgent(scene, source));
    return { model: asking(otherName), spare: looping(), tools: [other] };
  }
  if (way === "tool that catches everything") {
    const all = stubborn(scene, [inner(), askModel(looping()), ...tools.map(useTool)]);
    return { model: asking("try_everything"), spare: looping(), tools: [all] };
  }
  return { model: looping(), spare: looping(), tools };
}

/** The tool that is used in vain, and the one behind which another agent works. */
function toolsOf(scene: Scene, helper: HelperMaker): StructuredToolInterface[] {
  const use = counted(scene, toolName, async (q) => {
    if (scene.trip.fails) throw new Error("out of order");
    return `${q} is there`;
  });
  const knowsNothing = helper(
    "helper",
    model(scene, () => "I have found nothing."),
    [],
  );
  return [use, counted(scene, handoffName, knowsNothing)];
}

/** A tool that goes on after every error. */
function stubborn(scene: Scene, attempts: readonly Helper[]): StructuredToolInterface {
  return counted(scene, "try_everything", async (q, config) => {
    for (const attempt of [...attempts, ...attempts]) {
      try {
        await attempt(q, config);
      } catch {
        continue; // and what it says is lost
      }
    }
    return "Something went wrong.";
  });
}

const askModel =
  (asked: Model): Helper =>
  (question, config) =>
    asked.invoke([new HumanMessage(question)], config);
const useTool =
  (tool: StructuredToolInterface): Helper =>
  (q, config) =>
    tool.invoke({ q }, config);

function counted(scene: Scene, name: string, body: Helper): StructuredToolInterface {
  return named(name, (q, config) => scene.jobIn(q).toolRun(() => body(q, config)));
}

/** What the last message of a state says. */
export function lastIn(state: unknown): BaseMessage | undefined {
  return (state as { readonly messages?: BaseMessage[] } | undefined)?.messages?.at(-1);
}
