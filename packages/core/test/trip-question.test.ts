// What adapters ask a human about a stopped run, and what becomes of the answer.
import { describe, expect, test } from "vitest";
import { approve, tripError } from "../src/adapter/index.ts";
import { createBreaker, OptionsError, type OverrideOptions } from "../src/index.ts";

const said = { by: "ana", why: "the port changes hourly" };

async function stoppedBreaker() {
  const breaker = createBreaker({ budget: { modelCalls: 0 } });
  await breaker.agent().admit([{ kind: "model" }]);
  return breaker;
}

test("nothing stops a run: there is nothing to say", () => {
  expect(tripError(createBreaker())).toBeUndefined();
});

test("a trip is said in its own words", async () => {
  const error = tripError(await stoppedBreaker());
  expect(error).toMatchObject({
    code: "GUARD_BUDGET_EXCEEDED",
    message: "guard stopped this run (budget): the ceiling of 0 model calls is reached.",
  });
});

test("a run that was stopped by hand has no trip, but an error", () => {
  const breaker = createBreaker();
  breaker.override({ force: "open", ...said });
  expect(tripError(breaker)?.message).toBe(
    "guard stopped this run (manual): it was stopped by hand.",
  );
});

describe("an approval", () => {
  const model: OverrideOptions = { grant: "model", times: 2, ...said };
  const tool: OverrideOptions = { grant: "tool", ...said };

  test.for([
    ["one", model, 1],
    ["several", [model, tool], 2],
  ] as const)("%s: all of it is said over the breaker", async ([, decision, overrides]) => {
    const breaker = await stoppedBreaker();
    approve(breaker, decision);
    expect(breaker.snapshot().state["overrides"]).toHaveLength(overrides);
  });

  test("with a fault nothing of it is", async () => {
    const breaker = await stoppedBreaker();
    const faulty = { grant: "all", ...said } as unknown as OverrideOptions;
    expect(() => approve(breaker, [model, faulty])).toThrow(OptionsError);
    expect(breaker.snapshot().state["overrides"]).toEqual([]);
  });
});
