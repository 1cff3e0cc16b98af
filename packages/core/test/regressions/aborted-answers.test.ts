// A user who stopped an answer after five words was booked all that was held for it, 4,096 tokens each time:
// a long chat spent its budget on answers that never came.
import { describe, expect, test } from "vitest";
import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import type { ModelCall, Outcome } from "../../src/vocabulary/call.ts";
import { fixture } from "../support/breakers.ts";

/** One token for a character, and one USD for ten tokens, so that figures can be read off. */
const options: BreakerOptions = {
  budget: { tokens: 100_000, usd: 10_000 },
  tokens: { estimate: (text) => text.length },
  price: ({ inputTokens, outputTokens }) => (inputTokens + outputTokens) / 10,
};

const asked: ModelCall = { kind: "model", model: "m", prompt: "a prompt of 23 letters.", id: "1" };
const blind: ModelCall = { kind: "model", model: "m" };
const sure: ModelCall = { ...asked, estimate: { tokens: 500, usd: 50 } };
const aborted = (streamed?: string, usage = {}): Outcome => ({
  status: "ignored",
  usage,
  ...(streamed === undefined ? {} : { streamed }),
});
const long = "word ".repeat(1_000);

describe("an aborted answer has cost", () => {
  test.for<readonly [string, ModelCall, Outcome, number]>([
    ["its request and what was streamed", asked, aborted("It is on port"), 23 + 13],
    ["more than was held, if more was streamed", asked, aborted(long), 23 + 5_000],
    ["the request as reported", asked, aborted("It is", { inputTokens: 40 }), 40 + 5],
    ["the request as estimated, where 0 is reported", asked, aborted("It", { inputTokens: 0 }), 25],
    ["the answer as reported, if that is more", asked, aborted("It", { outputTokens: 9 }), 23 + 9],
    ["what was streamed, if less is reported", asked, aborted("It is", { outputTokens: 1 }), 28],
    ["what was held, where nothing is told", asked, aborted(), 23 + 4_096],
    ["what was held, where nothing was streamed", asked, aborted(""), 23 + 4_096],
    [
      "what was held, where a part is reported",
      asked,
      aborted(undefined, { outputTokens: 1 }),
      4_119,
    ],
    ["what was held, where the request is not known", blind, aborted("It is"), 4_096],
    ["what its caller expected, where the request is not known", sure, aborted("It is"), 500],
    ["both as known, although no prompt was told", blind, aborted("It", { inputTokens: 7 }), 9],
  ])("%s", ([, call, outcome, tokens]) => {
    const { lane, breaker } = fixture(options);
    const [{ token }] = lane.admitSync([call]);
    lane.settleSync(token, outcome);
    expect(breaker.spending).toMatchObject({ tokens, usd: tokens / 10 });
  });

  test("what was reported and no more, where what is not reported is 0", () => {
    const { lane, breaker } = fixture({ ...options, pricing: { missingUsage: "zero" } });
    const [{ token }] = lane.admitSync([asked]);
    lane.settleSync(token, aborted("It is"));
    expect(breaker.spending.tokens).toBe(0);
  });

  test("the hold, if guard can't count its tokens; guard emits an event", () => {
    let isDown = false;
    const estimate = ({ length }: string) => {
      if (isDown) throw new Error("down");
      return length;
    };
    const { lane, breaker, told } = fixture({ ...options, tokens: { estimate } });
    const [{ token }] = lane.admitSync([asked]);
    isDown = true;
    lane.settleSync(token, aborted("It is"));
    expect([breaker.spending.tokens, told()]).toEqual([23 + 4_096, ["port-error"]]);
  });
});

test("a chat of twenty aborted answers spends their cost", () => {
  const { lane, breaker } = fixture({ ...options, budget: { tokens: 50_000 } });
  for (let message = 0; message < 20; message += 1) {
    const [{ token, verdict }] = lane.admitSync([asked]);
    expect(verdict).toBe("allow");
    lane.settleSync(token, aborted("It is on port"));
  }
  expect(breaker.spending.tokens).toBe(20 * (23 + 13));
});

test("answers that a user aborts on purpose pass a budget by one call at most", () => {
  const { lane, breaker } = fixture({ ...options, budget: { tokens: 1_000 } });
  let made = 0;
  for (;;) {
    const [{ token, verdict }] = lane.admitSync([asked]);
    if (verdict !== "allow") break;
    made += 1;
    lane.settleSync(token, aborted("x".repeat(177)));
  }
  expect([made, breaker.spending.tokens]).toEqual([5, 1_000]);
});

test("no event and no snapshot holds streamed text", () => {
  const { lane, breaker, events } = fixture(options);
  const [{ token }] = lane.admitSync([asked]);
  lane.settleSync(token, aborted("canary"));
  expect(JSON.stringify([events, breaker.snapshot()])).not.toContain("canary");
});
