// What adapters ask a human about a stopped run, and what becomes of the answer.
import { describe, expect, test } from "vitest";
import { isApproved, runsOf, type TripQuestion } from "../../src/adapter/index.ts";
import { tripError, whatStopped } from "../../src/adapter/trip-question.ts";
import { createBreaker, createRegistry, type OverrideOptions } from "../../src/index.ts";

const said = { by: "ana", why: "the port changes hourly" };
const model: OverrideOptions = { grant: "model", times: 2, ...said };
const tool: OverrideOptions = { grant: "tool", ...said };
const opened: OverrideOptions = { force: "closed", ...said };
const faulty = { grant: "all", ...said } as unknown as OverrideOptions;

const visit = () => "checkpoint 3";

async function stoppedRun() {
  const breaker = createBreaker({ budget: { modelCalls: 0 } });
  const run = runsOf(breaker, { exits: ["ask"] }).run(breaker.id);
  await run.agent().request({ kind: "model" });
  const overrides = () => breaker.snapshot().state["overrides"] as readonly unknown[];
  return { breaker, run, overrides };
}

describe("the question", () => {
  test("nothing stops a run: nothing", () => {
    expect(tripError(createBreaker())).toBeUndefined();
  });

  test("a trip is said in its own words", async () => {
    const { breaker, run } = await stoppedRun();
    expect(tripError(breaker)).toMatchObject({
      code: "GUARD_BUDGET_EXCEEDED",
      message: "guard stopped this run (budget): the budget of 0 model calls is used up.",
    });
    expect(whatStopped(run)?.message).toBe(tripError(breaker)?.message);
  });

  test("a run that a human stopped has no trip, but an error", () => {
    const breaker = createBreaker();
    breaker.override({ force: "open", ...said });
    expect(tripError(breaker)?.message).toBe(
      "guard stopped this run (manual): an operator stopped it.",
    );
  });
});

describe("isApproved", () => {
  test.for([
    ["one override", model, 1],
    ["several", [model, tool], 2],
  ] as const)("%s: all of it is said over the breaker", async ([, decision, count]) => {
    const { run, overrides } = await stoppedRun();
    const asked: TripQuestion[] = [];

    const goesOn = isApproved(run, "It loops.", (question) => {
      asked.push(question);
      return decision;
    });

    expect([goesOn, overrides().length]).toEqual([true, count]);
    expect(asked).toMatchObject([{ guard: "trip", text: "It loops.", trip: { reason: "budget" } }]);
    expect([run.latch.isStopped, run.stop]).toEqual([false, undefined]);
  });

  test("the answer is to stop: the run stays stopped", async () => {
    const { run, overrides } = await stoppedRun();
    expect(isApproved(run, "It loops.", () => "stop")).toBe(false);
    expect([run.latch.isStopped, overrides()]).toEqual([true, []]);
  });

  test("no answer lets a run go on that an operator has stopped, as long as the stop holds", async () => {
    const registry = createRegistry({ onTrip: "ask" });
    const run = runsOf(registry, { exits: ["ask"] }).run("stopped by hand");
    const agent = run.agent();
    await agent.request({ kind: "model" });
    registry.stop({}, said);
    await agent.request({ kind: "model" });
    expect(isApproved(run, "It was stopped.", () => [model, tool, opened])).toBe(true);
    const request = await agent.request({ kind: "model" });
    const start = await agent.start({ kind: "tool", tool: "use", args: "new" });
    expect([request, start].map(({ decision }) => decision.verdict)).toEqual(["open", "open"]);
  });

  test("with a fault nothing of it is said, and the human is asked once more, with the fault", async () => {
    const { run, overrides } = await stoppedRun();
    const texts: string[] = [];
    const answers = [[model, faulty], "stop"] as const;

    isApproved(run, "It loops.", ({ text }) => {
      texts.push(text);
      return answers[texts.length - 1]!;
    });

    expect(overrides()).toEqual([]);
    expect(texts).toEqual([
      "It loops.",
      expect.stringMatching(
        /^It loops\. The last decision can't be obeyed: override\.grant: expected /,
      ),
    ]);
  });

  test("guard does not apply a human's answer twice when its node runs again", async () => {
    const { run, overrides } = await stoppedRun();
    expect(isApproved(run, "It loops.", () => model, visit)).toBe(true);
    expect(isApproved(run, "It loops.", () => model, visit)).toBe(true);
    expect(overrides()).toHaveLength(1);
  });
});
