// A process that reads agents' `streamEvents` v3 and not their `toolCalls`. Each asks for the same call until guard
// stops it, or until its model fails. For each a line of JSON says how it ended.
import { createRegistry } from "@guard/core";
import { createAgent } from "langchain";
import { ending, readAll } from "guard-test-support";
import { loopingModel, scriptedModel, use } from "guard-test-support/langchain";
import { GuardCallbackHandler, guardMiddleware } from "../../src/index.ts";
import { question } from "./runners.ts";
import { useTool } from "./tools.ts";

const failingModel = () =>
  scriptedModel((turn) => {
    if (turn > 5) throw new Error("the model is down");
    return [use()];
  });

for (const by of ["handler", "middleware"]) {
  for (const model of [loopingModel(), failingModel()]) {
    const registry = createRegistry();
    const middleware = by === "middleware" ? [guardMiddleware(registry)] : [];
    const { tool, ran } = useTool();
    const agent = createAgent({ model, tools: [tool], middleware });
    const callbacks = [new GuardCallbackHandler(registry)];

    const { error, stop } = await ending(() =>
      readAll(agent.streamEvents(question, { callbacks, version: "v3" })),
    );

    const end = stop?.reason ?? (error as Error).message;
    process.stdout.write(`${JSON.stringify({ by, bodies: ran.length, end })}\n`);
  }
}
