import { expect, test } from "vitest";
import { modelPrices, type ModelPricesOptions } from "../src/index.ts";

test.each([
  [{ tabel: {} }, "tabel: there is no such option"],
  [
    { table: { m: { inputUsdPerMillion: -1, outputUsdPerMillion: 1 } } },
    "table.m.inputUsdPerMillion: expected a number of at least 0, received -1",
  ],
  [
    { table: { m: { inputUsdPerMillion: Number.NaN, outputUsdPerMillion: 1 } } },
    "table.m.inputUsdPerMillion: expected a number of at least 0, received NaN",
  ],
  [{ table: { m: { inputUsdPerMillion: 1 } } }, "table.m.outputUsdPerMillion: is missing"],
  [
    { table: { m: { inputUsdPerMillion: 1, outputUsdPerMillion: 1, cached: 1 } } },
    "table.m.cached: there is no such option",
  ],
  [
    { serviceTiers: { flex: 0 } },
    "serviceTiers.flex: expected a number greater than 0, received 0",
  ],
])("%j is refused: %s", (options, fault) => {
  expect(() => modelPrices(options as unknown as ModelPricesOptions)).toThrow(fault);
});
