// Where no run can begin, a call that returns a promise rejects: it never throws at once, so `.catch()` hears of it.
import { createRegistry, OptionsError } from "@guard/core";
import { generateText, streamText, ToolLoopAgent } from "ai";
import { sourcesWithoutRun } from "guard-test-support";
import { scriptedModel } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { guardAI } from "../src/index.ts";
import { prompt } from "./support/guarded.ts";
import { is5, testIf } from "./support/versions.ts";

const { model } = scriptedModel(() => "It is 8080.");
const sources = [
  ...sourcesWithoutRun,
  ["onTrip: route", createRegistry({ onTrip: "route" })],
] as const;

describe.for(sources)("%s", ([, source]) => {
  const guard = guardAI(source);
  const agent = guard.agent(new ToolLoopAgent({ model }));

  test("generate rejects", async () => {
    await expect(agent.generate({ prompt }).catch(thrown)).resolves.toBeInstanceOf(OptionsError);
  });

  testIf(!is5)("stream rejects", async () => {
    await expect(agent.stream({ prompt }).catch(thrown)).resolves.toBeInstanceOf(OptionsError);
  });

  test("run rejects for an async function", async () => {
    const call = guard.run(async () => generateText({ model, prompt }));
    await expect(call.catch(thrown)).resolves.toBeInstanceOf(OptionsError);
  });

  test("run throws for a function that may return a stream", () => {
    expect(() => guard.run(() => streamText({ model, prompt }))).toThrow(OptionsError);
  });

  test("execute of an async tool rejects", async () => {
    const { search } = guard.tools({ search: { inputSchema: {}, execute: find } });
    await expect(search.execute().catch(thrown)).resolves.toBeInstanceOf(OptionsError);
  });

  test("generate of an agent of your own rejects, even if the method is not declared async", async () => {
    const own = { generate: () => Promise.resolve("8080"), stream: () => "8080" };
    await expect(guard.agent(own).generate().catch(thrown)).resolves.toBeInstanceOf(OptionsError);
  });
});

const find = async () => "8080";
const thrown = (error: unknown) => error;
