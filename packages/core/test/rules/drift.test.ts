import { describe, expect, test } from "vitest";
import type { LadderChanges } from "../../src/options/ladders.ts";
import { fixture } from "../support/breakers.ts";
import { only } from "../support/script.ts";

interface Bill {
  readonly usd?: number;
  readonly inputTokens?: number;
}

/** The verdicts of model calls, each answered with its bill. */
function asked(bills: readonly Bill[], rules: LadderChanges = only("drift")): string {
  const { lane } = fixture({ rules });
  const verdicts = bills.map((usage) => {
    const [{ token, verdict }] = lane.admitSync([{ kind: "model" }]);
    lane.settleSync(token, { status: "success", result: "ok", usage });
    return verdict;
  });
  return verdicts.map((verdict) => (verdict === "allow" ? "." : verdict[0])).join("");
}

const usd = (...costs: readonly number[]) => costs.map((cost): Bill => ({ usd: cost }));

const rows: readonly (readonly [shows: string, bills: readonly Bill[], verdicts: string])[] = [
  ["a later half that costs three times the earlier", usd(1, 1, 1, 3, 3, 3, 3), "......w"],
  ["not quite three times", usd(1, 1, 1, 3, 3, 2.9, 3), "......."],
  ["fewer than six calls say nothing", usd(1, 1, 1, 9, 9), "....."],
  ["ever the same", usd(...Array.from({ length: 40 }, () => 1)), ".".repeat(40)],
  ["ever less", usd(9, 8, 7, 3, 2, 1, 1), "......."],
  ["calls that cost nothing are not counted", usd(0, 0, 0, 3, 3, 3, 3), "......."],
  [
    "tokens, where the price is unknown",
    [100, 100, 100, 300, 300, 300, 300].map((inputTokens) => ({ inputTokens })),
    "......w",
  ],
];

describe("model calls that cost ever more", () => {
  test.for(rows)("%s", ([, bills, verdicts]) => {
    expect(asked(bills)).toBe(verdicts);
  });

  test("a block may be asked for", () => {
    const rules = { ...only("drift"), drift: { warn: 2, block: 3 } };
    expect(asked(usd(1, 1, 1, 2, 2, 2, 9), rules)).toBe("......w");
    expect(asked(usd(1, 1, 1, 3, 3, 3, 9), rules)).toBe("......b");
  });
});
