import { OptionsError } from "@guard/core";
import { describe, expect, test } from "vitest";
import { modelPrices, type ModelPricesOptions } from "../src/index.ts";

const price = { inputUsdPerMillion: 1, outputUsdPerMillion: 1 };
const write = "Write { inputUsdPerMillion: 0.25, outputUsdPerMillion: 2 }";
const inTable = (model: string) =>
  `modelPrices({ table: { "${model}": { inputUsdPerMillion: 0.25, outputUsdPerMillion: 2 } } })`;
const fields =
  "inputUsdPerMillion, outputUsdPerMillion, cachedInputUsdPerMillion, cacheWriteUsdPerMillion, cacheWrite1hUsdPerMillion";

describe("the error of a wrong option names the option, what was received, and what to write", () => {
  test.each([
    [
      "prices outside of the table",
      { "my-model": price },
      `my-model: there is no such option (there are table, serviceTiers). Put prices into table: ${inTable("my-model")}`,
    ],
    [
      "a misspelt option",
      { serviceTier: {} },
      "serviceTier: there is no such option (did you mean `serviceTiers`?)",
    ],
    [
      "a model in place of options",
      "gpt-5",
      `options: expected an object, received "gpt-5". Write ${inTable("my-model")}`,
    ],
    [
      "a list in place of a table",
      { table: "prices.json" },
      `table: expected an object with prices by model, received "prices.json". Write ${inTable("my-model")}`,
    ],
    [
      "one number for a model",
      { table: { m: 2.5 } },
      `table.m: expected an object with prices, received 2.5. ${write}`,
    ],
    [
      "a price below 0",
      { table: { m: { ...price, inputUsdPerMillion: -1 } } },
      "table.m.inputUsdPerMillion: expected a number of at least 0, received -1",
    ],
    [
      "a price that is no number",
      { table: { m: { ...price, inputUsdPerMillion: Number.NaN } } },
      "table.m.inputUsdPerMillion: expected a number of at least 0, received NaN",
    ],
    [
      "a price as text",
      { table: { m: { ...price, outputUsdPerMillion: "2" } } },
      'table.m.outputUsdPerMillion: expected a number of at least 0, received "2"',
    ],
    [
      "half a price",
      { table: { m: { inputUsdPerMillion: 1 } } },
      `table.m.outputUsdPerMillion: is missing. ${write}`,
    ],
    [
      "another name for a field",
      { table: { m: { ...price, cached: 1 } } },
      `table.m.cached: there is no such option (there are ${fields})`,
    ],
    [
      "a misspelt field",
      { table: { m: { ...price, inputUsdPerMilion: 1 } } },
      "table.m.inputUsdPerMilion: there is no such option (did you mean `inputUsdPerMillion`?)",
    ],
    [
      "a factor of 0",
      { serviceTiers: { flex: 0 } },
      "serviceTiers.flex: expected a number greater than 0, received 0",
    ],
  ])("%s", (_, options, fault) => {
    expect(() => modelPrices(options as unknown as ModelPricesOptions)).toThrow(
      new OptionsError([fault]),
    );
  });

  test("all faults at once", () => {
    const options = { table: { m: { inputUsdPerMillion: -1, outputUsdPerMillion: "2" } } };
    expect(() => modelPrices(options as unknown as ModelPricesOptions)).toThrow(
      /inputUsdPerMillion: .*; .*outputUsdPerMillion: /,
    );
  });
});
