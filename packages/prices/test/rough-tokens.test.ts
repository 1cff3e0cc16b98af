import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelPrices } from "../src/index.ts";
import { roughTokens } from "../src/rough-tokens.ts";
import { texts } from "./support/texts.ts";

describe("the first estimate for a model", () => {
  test.each(texts)("of $kind is 0.95 to 1.75 times the real $tokens", ({ text, tokens }) => {
    const estimated = modelPrices().tokens.estimate(text, "gpt-5-mini");
    expect(estimated / tokens).toBeGreaterThan(0.95);
    expect(estimated / tokens).toBeLessThan(1.75);
  });
});

test("an empty text has no tokens", () => {
  expect(roughTokens("")).toBe(0);
});

describe("texts of more than 131 072 characters", () => {
  test("have an estimate within 10 % of the full count, for any kind of text", () => {
    // by index, to keep failures readable
    const block = fc.record({
      of: fc.nat({ max: texts.length - 1 }),
      length: fc.integer({ min: 10_000, max: 100_000 }),
    });
    const mixed = fc.array(block, { minLength: 10, maxLength: 30 });
    fc.assert(
      fc.property(mixed, (blocks) => {
        const all = blocks.map(({ of, length }) =>
          (texts[of]?.text ?? "").repeat(100).slice(0, length),
        );
        // each is short enough to be read in full
        const inFull = all.reduce((sum, text) => sum + roughTokens(text), 0);
        const ratio = roughTokens(all.join("\n")) / inFull;
        expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
      }),
      { numRuns: 15 },
    );
  });

  // Read in full, ten million characters take more than a second. The fastest of three tries counts: other processes of a
  // busy machine slow single tries.
  test.each(["a", "1a", "字", "😀", "=", " ", "word "])(
    "ten million of %j take little time",
    (piece) => {
      const text = piece.repeat(10_000_000 / piece.length);
      const tries = [1, 2, 3].map(() => {
        const before = performance.now();
        roughTokens(text);
        return performance.now() - before;
      });
      expect(Math.min(...tries)).toBeLessThan(300);
    },
  );
});
