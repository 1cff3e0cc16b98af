// Where no run can begin, a call that returns a promise rejects: it never throws at once, so `.catch()` hears of it.
import { sourcesWithoutRun } from "guard-test-support";
import { scriptedModel } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { guardAgent } from "../src/index.ts";
import { question } from "./support/runners.ts";

quietHandlerErrors();

describe.for(["invoke", "stream"] as const)("%s", (method) => {
  test.for(sourcesWithoutRun)("%s: rejects", async ([, source]) => {
    const made = createAgent({ model: scriptedModel(() => "It is 8080."), tools: [] });
    const begun: Promise<unknown> = guardAgent(made, source)[method](question);
    // LangChain puts an error of a middleware into an error of its own, with the same name.
    const told = begun.catch((error: unknown) => error);
    await expect(told).resolves.toMatchObject({ name: "OptionsError" });
  });
});
