import { defaultTexts } from "@guard/core";
import { generateText, isStepCount } from "ai";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { guarded, prompt, useTool, watchRejections } from "./support/guarded.ts";
import { runnerNames, runners } from "./support/runners.ts";
import { describeIf, is5, thrown } from "./support/versions.ts";
import {
  resultsIn,
  scriptedModel,
  tokensPerAnswer,
  use,
  type Script,
} from "guard-test-support/ai-sdk";

watchRejections();

const scripts = {
  AAAA: () => [use("a")],
  ABAB: (turn) => [use(turn % 2 === 1 ? "a" : "b")],
} satisfies Record<string, Script>;

const expected = [
  { script: "AAAA", preset: "balanced", calls: 6, bodies: 3 },
  { script: "AAAA", preset: "strict", calls: 3, bodies: 2 },
  { script: "ABAB", preset: "balanced", calls: 7, bodies: 4 },
  { script: "ABAB", preset: "strict", calls: 5, bodies: 4 },
] as const;

describe.for(runnerNames)("%s", (runner) => {
  test.for(expected)("$script, $preset: $calls calls, $bodies bodies", async (row) => {
    const { model, prompts } = scriptedModel(scripts[row.script]);
    const { ran, tools } = useTool();
    const { breaker, guard } = guarded({ preset: row.preset });
    const told: unknown[] = [];

    const { stop, error } = await ending(() =>
      runners[runner]({ model: guard.model(model), tools: guard.tools(tools), told, guard }),
    );

    expect([prompts.length, ran.length]).toEqual([row.calls, row.bodies]);
    expect(error).toBe(stop);
    expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
    expect(breaker.spending).toMatchObject({
      modelCalls: row.calls,
      tokens: row.calls * tokensPerAnswer,
    });
    expect(told).toEqual(runner.startsWith("streamText") ? [stop] : []);
    expect(guard.stopWhen({ steps: [] })).toBe(true);
    expect(guard.signal.reason).toMatchObject({ code: "GUARD_CIRCUIT_OPEN" });
  });
});

test("the model reads a note, then refusals, word for word", async () => {
  const { model, prompts } = scriptedModel(scripts.AAAA);
  const { tools } = useTool();
  const { breaker, guard } = guarded();
  const said: string[] = [];
  breaker.on(
    "warn",
    ({ finding }) => void said.push(`a is there\n\n${defaultTexts.warned(finding)}`),
  );
  breaker.on("block", ({ finding }) => void said.push(defaultTexts.refused(finding)));

  await ending(() =>
    runners.generateText({ model: guard.model(model), tools: guard.tools(tools) }),
  );

  expect(said).toHaveLength(3);
  expect(prompts.map((read) => resultsIn(read).at(-1))).toEqual([
    undefined,
    "a is there",
    "a is there",
    ...said,
  ]);
});

test.for(runnerNames)("%s: a model that heeds the note finishes", async (runner) => {
  const { model, prompts } = scriptedModel((_turn, read) =>
    resultsIn(read).some((result) => result.includes("Note: ")) ? "It is 8080." : [use("a")],
  );
  const { ran, tools } = useTool();
  const { guard } = guarded();

  const text = await runners[runner]({ model: guard.model(model), tools: guard.tools(tools) });

  expect([text, prompts.length, ran.length]).toEqual(["It is 8080.", 4, 3]);
});

test("a model that heeds the refusal finishes; the user's code sees which call was refused", async () => {
  const { model } = scriptedModel((_turn, read) =>
    resultsIn(read).some((result) => result.startsWith("Refused")) ? "It is 8080." : [use("a")],
  );
  const { tools } = useTool();
  const { guard } = guarded();

  const { text, steps } = await generateText({
    model: guard.model(model),
    tools: guard.tools(tools),
    stopWhen: [isStepCount(20), guard.stopWhen],
    prompt,
  });

  expect(text).toBe("It is 8080.");
  const parts = steps.flatMap(({ content }) =>
    content.filter(({ type }) => /result|error/.test(type)),
  );
  expect(parts).toMatchObject([
    { type: "tool-result", output: "a is there" },
    { type: "tool-result", output: "a is there" },
    { type: "tool-result", output: "a is there" },
    { type: "tool-error", error: { code: "GUARD_CALL_REFUSED", finding: { rule: "no-progress" } } },
  ]);
});

describeIf(!is5)("calls for which no tool starts", () => {
  test.for([
    ["an unknown tool", [{ name: "nosuch", args: { q: "a" } }]],
    ["arguments that the tool does not accept", [{ name: "use", args: { q: 1 } }]],
  ] as const)("%s", async ([, asked]) => {
    const ways = runnerNames.flatMap((runner) => [
      { runner, preset: "balanced" as const, calls: 6 },
      { runner, preset: "strict" as const, calls: 3 },
    ]);
    for (const { runner, preset, calls } of ways) {
      const { model, prompts } = scriptedModel(() => asked);
      const { ran, tools } = useTool();
      const { guard } = guarded({ preset });

      const { stop } = await ending(() =>
        runners[runner]({ model: guard.model(model), tools: guard.tools(tools) }),
      );

      expect([runner, prompts.length, ran.length, stop?.reason]).toEqual([
        runner,
        calls,
        0,
        "loop",
      ]);
    }
  });
});

describe("when a batch of five calls stops the run, no call runs", () => {
  test.for([
    { options: { budget: { toolCalls: 4 } }, calls: 1, bodies: 0 },
    { options: { preset: "strict" as const }, calls: 3, bodies: 10 },
  ])("$options: $calls calls, $bodies bodies", async ({ options, calls, bodies }) => {
    for (const runner of runnerNames) {
      const { model, prompts } = scriptedModel(() => [use(), use(), use(), use(), use()]);
      const { ran, tools } = useTool();
      const { guard } = guarded(options);

      const { stop } = await ending(() =>
        runners[runner]({ model: guard.model(model), tools: guard.tools(tools) }),
      );

      expect(stop).toBeDefined();
      expect([runner, prompts.length, ran.length]).toEqual([runner, calls, bodies]);
    }
  });
});

test("guard stops a loop of the same question and the same answer", async () => {
  const { model, prompts } = scriptedModel(() => "It is 8080.");
  const { guard } = guarded();

  const { stop } = await ending(async () => {
    for (;;) await generateText({ model: guard.model(model), prompt });
  });

  expect([prompts.length, stop?.finding.rule]).toEqual([15, "again"]);
});

test("a model that gives every call the same id", async () => {
  const { model, prompts } = scriptedModel(() => [{ ...use(), id: "call" }]);
  const { ran, tools } = useTool();
  const { guard } = guarded();

  await ending(() =>
    runners.generateText({ model: guard.model(model), tools: guard.tools(tools) }),
  );

  expect([prompts.length, ran.length]).toEqual([6, 3]);
  const starts = resultsIn(prompts.at(-1)).map((result) => result.slice(0, 10));
  expect(starts).toEqual([
    ...Array<string>(3).fill("a is there"),
    thrown("Refused, n", "CallRefusedError").slice(0, 10),
    "Refused, n",
  ]);
});
