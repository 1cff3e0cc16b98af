// A worker that guards an agent of the AI SDK: it runs in workerd, without Node's modules.
import { createRegistry, findCircuitOpen } from "@guard/core";
import { generateText, isStepCount, streamText, tool } from "ai";
import { z } from "zod";
import { guardAI } from "../../src/index.ts";
import { loopingModel } from "./looping-model.ts";

const registry = createRegistry({ budget: { modelCalls: 40 }, limits: { user: { usd: 1 } } });

/** Runs an agent that asks for the same call for ever, and tells how far it has come. */
async function looped(way: string) {
  const { model, calls } = loopingModel();
  let executed = 0;
  const search = tool({
    inputSchema: z.object({ q: z.string() }),
    execute: async () => {
      executed += 1;
      return "no results";
    },
  });
  const breaker = registry.breaker({ accounts: { user: way } });
  const guard = guardAI(breaker);
  const asked = {
    model: guard.model(model),
    tools: guard.tools({ search }),
    stopWhen: [isStepCount(20), guard.stopWhen],
    prompt: "Find the port.",
    onError: () => {},
  };
  const error: unknown = await (
    way === "stream" ? streamText(asked).text : generateText(asked)
  ).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  const rule = findCircuitOpen(error)?.finding.rule;
  const run = { rule, modelCalls: calls(), executed, spent: breaker.spending.modelCalls };
  breaker.endRun();
  return run;
}

export default {
  async fetch(request: Request): Promise<Response> {
    const way = new URL(request.url).pathname.slice(1);
    // Requests of many users run at once in one worker.
    return Response.json(await Promise.all(Array.from({ length: 5 }, () => looped(way))));
  },
};
