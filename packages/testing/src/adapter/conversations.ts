import type { AdapterAnswer, AdapterRequest, AdapterSetup } from "./harness.ts";

type Script = AdapterSetup["script"];

/** A call of `use`, or of another tool. */
export const ask = (q: string, tool = "use"): AdapterRequest => ({ tool, args: { q } });

/** A model that asks for the same for ever. */
export const same: Script = () => [ask("a")];

/** A model that asks for two things in turn for ever. */
export const alternating: Script = (turn) => [ask(turn % 2 === 1 ? "a" : "b")];

/** What the model says when it is done. */
export const done = "It is 8080.";

/** A model that asks for something else each time, `calls` times, and is done. */
export const work =
  (calls: number): Script =>
  (turn) =>
    turn > calls ? done : [ask(`file ${turn}`)];

/** A model that gives these answers, and is done. */
export const answers =
  (...given: readonly AdapterAnswer[]): Script =>
  (turn) =>
    given[turn - 1] ?? done;

/** A model that gives the same answer this often, and is done. */
export const repeated = (times: number, answer: AdapterAnswer): Script =>
  answers(...Array.from({ length: times }, () => answer));

/** What `use` brings for its argument. */
export const found = (q: string): string => `what ${q} holds`;

export const tools: AdapterSetup["tools"] = {
  use: (args) => found((args as { readonly q: string }).q),
  broken: () => {
    throw new Error("out of order");
  },
};
