import type { AdapterAnswer, AdapterRequest, AdapterSetup } from "./harness.ts";

type Script = AdapterSetup["script"];

/** A call of `use`, or of another tool. */
export const ask = (q: string, tool = "use"): AdapterRequest => ({ tool, args: { q } });

/** A model that makes the same call for ever. */
export const same: Script = () => [ask("a")];

/** A model that alternates between two calls for ever. */
export const alternating: Script = (turn) => [ask(turn % 2 === 1 ? "a" : "b")];

/** The final answer. */
export const done = "It is 8080.";

/** A model that makes `calls` different calls and then is done. */
export const work =
  (calls: number): Script =>
  (turn) =>
    turn > calls ? done : [ask(`file ${turn}`)];

/** A model that gives these answers and then is done. */
export const answers =
  (...given: readonly AdapterAnswer[]): Script =>
  (turn) =>
    given[turn - 1] ?? done;

/** A model that gives the same answer `times` times and then is done. */
export const repeated = (times: number, answer: AdapterAnswer): Script =>
  answers(...Array.from({ length: times }, () => answer));

/** The result of `use` for its argument. */
export const found = (q: string): string => `what ${q} holds`;

export const tools: AdapterSetup["tools"] = {
  use: (args) => found((args as { readonly q: string }).q),
  broken: () => {
    throw new Error("out of order");
  },
};
