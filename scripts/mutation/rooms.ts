/** A room of core whose tests are measured by mutation, and the tests that run over its mutants. */
export interface MutatedRoom {
  readonly name: string;
  /** Globs below `packages/core/test`. Tests of other rooms see the mutants, too, but cost time. */
  readonly tests: readonly string[];
  /** Tests that start a compiler or take long, and see no mutant that the others don't see. */
  readonly leftOut: readonly string[];
}

export const mutatedRooms: readonly MutatedRoom[] = [
  { name: "failure", tests: ["failure/**/*.test.ts"], leftOut: ["failure/decorator.test.ts"] },
  { name: "machine", tests: ["machine/**/*.test.ts"], leftOut: [] },
  {
    name: "budget",
    tests: [
      "budget/**/*.test.ts",
      "budget.test.ts",
      "ceilings.test.ts",
      "regressions/{blind-budgets,budget-guards,fees-of-provider-tools}.test.ts",
      "regressions/{hidden-thoughts,price-of-a-trip,stand-in-price}.test.ts",
    ],
    leftOut: ["budget/budgets-page/the-ledger.test.ts", "budget/outage-at-scale.test.ts"],
  },
  { name: "rules", tests: ["rules/**/*.test.ts"], leftOut: [] },
];

export const roomsFolder = "packages/core/src";

/** The least share of its mutants that the tests must find, in percent. */
export const leastScore = 90;

/** The room that a file of the repository belongs to. */
export function roomOf(file: string): MutatedRoom | undefined {
  return mutatedRooms.find(
    ({ name }) => file.startsWith(`${roomsFolder}/${name}/`) && file.endsWith(".ts"),
  );
}
