// Where no run can begin, a call that returns a promise rejects: it never throws at once, so `.catch()` hears of it.
import { OptionsError } from "@guard/core";
import { Runner } from "@openai/agents";
import { sourcesWithoutRun } from "guard-test-support";
import { expect, test } from "vitest";
import { guardRunner } from "../src/index.ts";
import { bare, looping } from "./support/agents.ts";

test.for(sourcesWithoutRun)("%s: run rejects", async ([, source]) => {
  const { agent } = looping();
  const begun = guardRunner(new Runner(bare), source).run(agent, "Find the port.");
  await expect(begun.catch((error: unknown) => error)).resolves.toBeInstanceOf(OptionsError);
});
