import { createRegistry } from "@guard/core";
import { AIMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";
import { Annotation, END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { describe, expect, test } from "vitest";
import { GuardGraphHandler, guardChannel, onNodeError, tripNode } from "../src/index.ts";

const State = Annotation.Root({ ...MessagesAnnotation.spec, guard: guardChannel });

/** A graph of one node, which asks a model, with guard's parts placed by hand. */
function graphOf(modelCalls: number, model: ReturnType<typeof fakeModel>) {
  const registry = createRegistry({ onTrip: "route", budget: { modelCalls } });
  return new StateGraph(State)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("stopped", tripNode(registry))
    .addEdge(START, "agent")
    .addEdge("agent", END)
    .addEdge("stopped", END)
    .setNodeDefaults({ errorHandler: onNodeError(registry, { error: "stopped" }) })
    .compile()
    .withConfig({ callbacks: [new GuardGraphHandler(registry)] });
}

const input = { messages: "Find the port." };

describe("onNodeError, with guard's parts placed by hand", () => {
  test("a stop inside a node goes to the error node, and the run ends with an answer", async () => {
    const model = fakeModel().respond(new AIMessage("It is 8080."));
    const { messages, guard } = await graphOf(0, model).invoke(input);
    expect(messages.at(-1)?.text).toMatch(/^This task was stopped: the budget of 0 model calls/);
    expect([guard?.trip?.reason, model.callCount]).toEqual(["budget", 0]);
  });

  test("a run without a stop is left alone", async () => {
    const model = fakeModel().respond(new AIMessage("It is 8080."));
    const { messages } = await graphOf(1, model).invoke(input);
    expect(messages.at(-1)?.text).toBe("It is 8080.");
  });

  test("every other error ends the run, and is the cause of the thrown error", async () => {
    const lost = new Error("the connection is lost");
    const run = graphOf(1, fakeModel().respond(lost)).invoke(input);
    await expect(run).rejects.toMatchObject({ message: `agent: ${lost.message}`, cause: lost });
  });

  test("an empty name of a node is refused", () => {
    expect(() => onNodeError(createRegistry(), { error: "" })).toThrow(
      'error: expected the name of a node, received ""',
    );
  });
});
