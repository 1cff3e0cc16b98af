import { describe, expect, test } from "vitest";
import type { LimitHit } from "../../src/budget/limit-hit.ts";
import type { Priced, PriceOptions } from "../../src/budget/price-of.ts";
import { priceBehind } from "../../src/budget/price-used.ts";
import type { Price } from "../../src/ports/price.ts";
import type { Call } from "../../src/vocabulary/call.ts";

const ceiling = { inputUsdPerMillion: 15, outputUsdPerMillion: 120 };
const options = (
  price: Price | undefined,
  unknown: PriceOptions["pricing"]["unknown"] = "ceiling",
): PriceOptions => ({
  price,
  clock: () => 0,
  pricing: { unknown, ceiling, missingUsage: "estimate" },
});
const spent: LimitHit = { ceiling: "usd", limit: 5, used: 5, account: "run", contention: false };
const model: Call = { kind: "model", model: "asked" };
const paid: Priced = { model: "paid", inputTokens: 10, outputTokens: 10 };

const perToken: Price = ({ inputTokens, outputTokens }) =>
  (inputTokens * 2 + outputTokens * 8) / 1e6;
const perCall: Price = () => 0.25;
const callAndTokens: Price = ({ inputTokens }) => 0.25 + inputTokens / 1e6;
const flatInput: Price = ({ outputTokens }) => 0.25 + outputTokens / 1e6;
const free: Price = () => 0;
const inputOnly: Price = ({ inputTokens, outputTokens }) =>
  outputTokens > 0 ? undefined : inputTokens / 1e6;
const asReported: Price = ({ reportedUsd }) => reportedUsd;
const withSearch: Price = ({ inputTokens, providerTools = {} }) =>
  inputTokens / 1e6 + (providerTools.web_search ?? 0) * 0.01;
const never: Price = () => undefined;

describe("the call whose price a limit used", () => {
  test.each<
    [
      name: string,
      hit: Partial<LimitHit>,
      paid: Priced | undefined,
      call: Call,
      model: string | undefined,
    ]
  >([
    ["a spent budget: the last paid call", {}, paid, model, "paid"],
    ["a spent budget without a paid call: the call itself", {}, undefined, model, "asked"],
    ["more than the limit is spent", { used: 6 }, paid, model, "paid"],
    ["room is left: the call itself", { used: 4 }, paid, model, "asked"],
    [
      "room is left, and a tool asks: the last paid call",
      { used: 4 },
      paid,
      { kind: "tool", tool: "t" },
      "paid",
    ],
    ["nothing is known", {}, undefined, { kind: "tool", tool: "t" }, undefined],
    ["a limit of tokens used no price", { ceiling: "tokens" }, paid, model, undefined],
    ["other calls hold the rest: no price", { contention: true }, paid, model, undefined],
  ])("%s", (_, hit, last, call, named) => {
    expect(priceBehind({ ...spent, ...hit }, options(perToken), last, call)?.model).toBe(named);
  });
});

describe("where the price comes from", () => {
  test.each<[name: string, options: PriceOptions, paid: Partial<Priced>, used: object | undefined]>(
    [
      [
        "the table, by token",
        options(perToken),
        {},
        { from: "price", inputUsdPerMillion: 2, outputUsdPerMillion: 8 },
      ],
      ["the table, by call", options(perCall), {}, { from: "price", usdPerCall: 0.25 }],
      [
        "the table, by call and by input",
        options(callAndTokens),
        {},
        { from: "price", inputUsdPerMillion: 1, outputUsdPerMillion: 0 },
      ],
      [
        "the table, by call and by output",
        options(flatInput),
        {},
        { from: "price", inputUsdPerMillion: 0, outputUsdPerMillion: 1 },
      ],
      [
        "a free model has a price of 0 by token",
        options(free),
        {},
        { from: "price", inputUsdPerMillion: 0, outputUsdPerMillion: 0 },
      ],
      [
        "a table without a price for output: the ceiling",
        options(inputOnly),
        {},
        { from: "ceiling", ...ceiling },
      ],
      ["no table: the ceiling", options(undefined), {}, { from: "ceiling", ...ceiling }],
      ["an unknown model that is denied used no price", options(never, "deny"), {}, undefined],
      ["an unknown model that is allowed used no price", options(never, "allow"), {}, undefined],
      [
        "the provider's own report",
        options(asReported),
        { reportedUsd: 0.5 },
        { from: "provider" },
      ],
      ["a report without a table", options(undefined), { reportedUsd: 0.5 }, { from: "provider" }],
      [
        "a provider that reports 0 has reported nothing",
        options(never),
        { reportedUsd: 0 },
        { from: "ceiling", ...ceiling },
      ],
      [
        "the table wins over another report",
        options(perCall),
        { reportedUsd: 0.5 },
        { from: "price", usdPerCall: 0.25 },
      ],
    ],
  )("%s", (_, own, last, used) => {
    const found = priceBehind(spent, own, { ...paid, ...last }, model);
    expect(found).toEqual(used && { model: "paid", ...used });
  });

  test("a model without a name has a price, too", () => {
    const { model: _, ...nameless } = paid;
    const found = priceBehind(spent, options(perCall), { ...nameless, model: undefined }, model);
    expect(found).toEqual({ from: "price", usdPerCall: 0.25 });
  });

  test("the fees of a provider's tools are those of the table, for tools that ran", () => {
    const ran = { providerTools: { web_search: 3, file_search: 0 } };
    expect(priceBehind(spent, options(withSearch), { ...paid, ...ran }, model)).toMatchObject({
      from: "price",
      providerToolUsd: { web_search: 0.01 },
    });
    expect(priceBehind(spent, options(perToken), { ...paid, ...ran }, model)).not.toHaveProperty(
      "providerToolUsd",
    );
  });
});
