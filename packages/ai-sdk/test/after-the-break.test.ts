// The break after a trip ends while the stopped run still goes on: guard lets nothing of this run start. The next turn may probe.
import { createBreaker, type Breaker } from "@guard/core";
import { generateText, isStepCount, tool, wrapLanguageModel, type LanguageModel } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use, type Script, type ScriptedModel } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAI } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";

watchRejections();

/** A breaker whose break is 30 s, and what lets 31 s pass. */
function onClock() {
  let now = 1_000_000;
  const breaker = createBreaker({ ports: { clock: () => now, random: () => 0 } });
  return { breaker, wait: () => void (now += 31_000) };
}

const loops: Script = () => [use()];

/** A guarded model whose trips are swallowed ten times, each for 31 s. */
function swallowing(model: ScriptedModel["model"], wait: () => void) {
  const swallowed: unknown[] = [];
  const doAgain = async <T>(ask: () => PromiseLike<T>) => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        swallowed.push(error);
        if (swallowed.length > 10) throw error;
        wait();
      }
    }
  };
  const guarded = wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: "v4",
      wrapGenerate: async ({ doGenerate }) => doAgain(doGenerate),
    },
  });
  return { guarded, swallowed };
}

const ask = (breaker: Breaker, model: LanguageModel, text: string) =>
  ending(() =>
    generateText({
      model,
      tools: guardAI(breaker).tools(useTool().tools),
      stopWhen: isStepCount(20),
      prompt: text,
    }),
  );

describe("a middleware that swallows the trip and asks again 31 s later", () => {
  test("starts nothing: six model calls, as many as without the middleware", async () => {
    const { breaker, wait } = onClock();
    const { model, prompts } = scriptedModel(loops);
    const { guarded, swallowed } = swallowing(guardAI(breaker).model(model), wait);

    const { stop } = await ask(breaker, guarded, prompt);

    expect([prompts.length, swallowed.length, stop?.reason]).toEqual([6, 11, "loop"]);
    expect(breaker.state).toBe("half-open");
  });

  test.for([
    ["another question", "And the host?"],
    ["the same question", prompt],
  ] as const)(
    "the user's next turn, %s, may probe: after one model call its loop opens the circuit again",
    async ([, text]) => {
      const { breaker, wait } = onClock();
      const { model, prompts } = scriptedModel(loops);
      const guard = guardAI(breaker);
      await ask(breaker, guard.model(model), prompt);
      wait();

      const { stop } = await ask(breaker, guard.model(model), text);

      expect([prompts.length, stop?.report.tripCount]).toEqual([7, 2]);
    },
  );

  test("a next turn of the user that makes progress closes the circuit", async () => {
    const { breaker, wait } = onClock();
    const { model } = scriptedModel(loops);
    await ask(breaker, guardAI(breaker).model(model), prompt);
    wait();
    const working = scriptedModel((turn) => (turn < 4 ? [use(`file ${turn}`)] : "It is 8080."));

    const { result } = await ask(breaker, guardAI(breaker).model(working.model), "And the host?");

    expect([result?.text, breaker.state]).toEqual(["It is 8080.", "closed"]);
  });

  test("guard refuses the same turn within the break", async () => {
    const { breaker } = onClock();
    const { model, prompts } = scriptedModel(loops);
    const guard = guardAI(breaker);
    await ask(breaker, guard.model(model), prompt);
    await ask(breaker, guard.model(model), "And the host?");
    expect(prompts).toHaveLength(6);
  });
});

/** A lead whose two tools run at once: one has an agent that loops, the other asks an agent 31 s later. */
async function crew(lateAgent: string) {
  const { breaker, wait } = onClock();
  const [looping, late] = [scriptedModel(loops), scriptedModel(loops)];
  const ran: string[][] = [];
  const agent = async (name: string, model: ScriptedModel["model"], q: string) => {
    const guard = guardAI(breaker, { agent: name });
    const used = useTool();
    ran.push(used.ran);
    return generateText({
      model: guard.model(model),
      tools: guard.tools(used.tools),
      stopWhen: isStepCount(20),
      prompt: q,
    }).then(
      ({ text }) => text,
      (error: unknown) => String(error),
    );
  };
  let loopIsOver!: () => void;
  const over = new Promise<void>((resolve) => {
    loopIsOver = resolve;
  });
  const inputSchema = z.object({ q: z.string() });
  const research = tool({
    inputSchema,
    execute: async ({ q }) => {
      const text = await agent("researcher", looping.model, q);
      loopIsOver();
      return text;
    },
  });
  const slow = tool({
    inputSchema,
    execute: async ({ q }) => {
      await over;
      wait();
      return agent(lateAgent, late.model, q);
    },
  });
  const lead = scriptedModel((turn) =>
    turn > 3
      ? "It is 8080."
      : [
          { name: "research", args: { q: `ports ${turn}` } },
          { name: "slow", args: { q: `hosts ${turn}` } },
        ],
  );
  const guard = guardAI(breaker, { agent: "lead" });
  const { stop } = await ending(() =>
    generateText({
      model: guard.model(lead.model),
      tools: guard.tools({ research, slow }),
      stopWhen: isStepCount(20),
      prompt,
    }),
  );
  const calls = [lead, looping, late].map(({ prompts }) => prompts.length);
  return { calls, ran: ran.map(({ length }) => length), stop, breaker };
}

describe("a tool that takes 31 s after the trip", () => {
  test.for(["writer", "researcher", "lead"])(
    "guard starts nothing for its sub-agent, %s, nor for the lead",
    async (lateAgent) => {
      const { calls, ran, stop, breaker } = await crew(lateAgent);
      expect([calls, ran]).toEqual([
        [1, 6, 0],
        [3, 0],
      ]);
      expect([stop?.reason, breaker.state]).toEqual(["loop", "half-open"]);
    },
  );
});
