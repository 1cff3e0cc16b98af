import { describe, expect, test } from "vitest";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { fixture } from "../support/breakers.ts";
import { only, times } from "../support/script.ts";

type Asked = readonly [args: unknown, result: unknown];

/** The verdicts of calls of one tool, with what each is given and brings back. */
function asked(options: GuardOptions, calls: readonly Asked[]): string {
  const { lane } = fixture(options);
  return calls
    .map(([args, result]) => {
      const [{ token, verdict }] = lane.admitSync([{ kind: "tool", tool: "use", args }]);
      lane.settleSync(token, { status: "success", result });
      return verdict === "allow" ? "." : verdict[0];
    })
    .join("");
}

const throws = () => {
  throw new Error("of the user's function");
};

/** Four calls with the same question, each with a nonce in its arguments. */
const nonces = [1, 2, 3, 4].map((nonce): Asked => [{ q: "x", nonce: `n${nonce}` }, "same"]);
/** The same with a field that guard knows nothing of. */
const seeds = [1, 2, 3, 4].map((seed): Asked => [{ q: "x", seed }, "same"]);
/** Four equal calls, each with a word of its own in the result. */
const noisy = ["one", "two", "three", "four"].map((word): Asked => ["q", { rows: [], by: word }]);
/** Four equal calls whose results differ by a number. */
const counting = [1, 2, 3, 4].map((version): Asked => ["q", { version }]);
const rules = only("no-progress");
const forUse = (use: NonNullable<GuardOptions["tools"]>[string]) => ({ rules, tools: { use } });

const rows: readonly (readonly [string, GuardOptions, readonly Asked[], string])[] = [
  ["a nonce in arguments names the attempt", forUse({}), nonces, "..wb"],
  ["other fields in arguments, by default", forUse({}), seeds, "...."],
  ["identity: fields", forUse({ identity: ["q"] }), seeds, "..wb"],
  [
    "identity: fields of arguments given as JSON text",
    forUse({ identity: ["q"] }),
    seeds.map(([args, result]) => [JSON.stringify(args), result]),
    "..wb",
  ],
  [
    "identity: fields of arguments that have none",
    forUse({ identity: ["q"] }),
    [
      ["x", 1],
      ["y", 1],
      ["x", 1],
      ["x", 1],
    ],
    "...w",
  ],
  ["identity: a field that tells the calls apart", forUse({ identity: ["seed"] }), seeds, "...."],
  ["identity: the nonce after all", forUse({ identity: ["nonce"] }), nonces, "...."],
  [
    "identity: a function",
    forUse({ identity: (args) => (args as { q: string }).q }),
    seeds,
    "..wb",
  ],
  ["identity: a function that throws", forUse({ identity: throws }), seeds, "...."],
  [
    "identity: it throws, and the calls are equal",
    forUse({ identity: throws }),
    times(4, "q")
      .split(" ")
      .map((q): Asked => [q, 1]),
    "..wb",
  ],

  ["results with other words, by default", forUse({}), noisy, "...."],
  [
    "normalizeResult",
    forUse({ normalizeResult: (result) => (result as { rows: unknown }).rows }),
    noisy,
    "..wb",
  ],
  ["normalizeResult that throws", forUse({ normalizeResult: throws }), noisy, "...."],
  ["results with other numbers, by default", forUse({}), counting, "...."],
  [
    "normalizeResult that leaves a number out",
    forUse({ normalizeResult: (result) => typeof (result as { version: number }).version }),
    counting,
    "..wb",
  ],

  [
    "results that show nothing of themselves count half",
    forUse({}),
    Array.from({ length: 6 }, (): Asked => ["q", new Response("x")]),
    "...wwb",
  ],

  [
    "thresholds",
    forUse({ thresholds: { "no-progress": { warn: 2, block: 3, open: 4 } } }),
    [1, 1, 1, 1, 1].map((): Asked => ["q", 1]),
    "...wb",
  ],
  [
    "thresholds: off",
    forUse({ thresholds: { "no-progress": false } }),
    [1, 1, 1, 1, 1].map((): Asked => ["q", 1]),
    ".....",
  ],
  [
    "thresholds of another tool",
    { rules, tools: { other: { thresholds: { "no-progress": false } } } },
    [1, 1, 1, 1].map((): Asked => ["q", 1]),
    "..wb",
  ],
];

describe("options of a tool", () => {
  test.for(rows)("%s", ([, options, calls, verdicts]) => {
    expect(asked(options, calls)).toBe(verdicts);
  });

  test("a function of the user's sees the arguments as they are meant, parsed", () => {
    const seen: unknown[] = [];
    asked(forUse({ identity: (args) => seen.push(args) }), [
      ['{"q":1}', 1],
      [{ q: 2 }, 1],
    ]);
    expect(seen).toEqual([{ q: 1 }, { q: 2 }]);
  });

  test("errors are not normalised by it", () => {
    const seen: unknown[] = [];
    const { lane } = fixture(forUse({ normalizeResult: (result) => seen.push(result) }));
    const [{ token }] = lane.admitSync([{ kind: "tool", tool: "use", args: 1 }]);
    lane.settleSync(token, { status: "failure", error: "no" });
    expect(seen).toEqual([]);
  });
});
