import { createRegistry, findCircuitOpen, type GuardOptions, type Registry } from "@guard/core";
import type { TestRunner } from "../test-runner.ts";
import { answers, ask, done, found, tools, work } from "./conversations.ts";
import type { AdapterHarness, AdapterSetup } from "./harness.ts";
import { countsOf, still } from "./played.ts";

const ops = { by: "ops", why: "incident" } as const;
const user = { user: "42" } as const;

/** The moment at which an operator stops the run, and the calls until then. */
interface Moment {
  readonly when: string;
  readonly options?: GuardOptions;
  readonly script: AdapterSetup["script"];
  /** Where the operator stops the run: in a tool body or in an answer of the model. */
  readonly in: "tool" | "model";
  readonly counts: ReturnType<typeof countsOf>;
}

const moments: readonly Moment[] = [
  {
    when: "while a tool runs",
    script: work(5),
    in: "tool",
    counts: { modelCalls: 1, toolRuns: 1 },
  },
  {
    when: "that guard only watches, while a tool runs",
    options: { mode: "observe" },
    script: work(5),
    in: "tool",
    counts: { modelCalls: 1, toolRuns: 1 },
  },
  {
    when: "while a model answers that asks for tools",
    script: answers([ask("a"), ask("b")]),
    in: "model",
    counts: { modelCalls: 1, toolRuns: 0 },
  },
];

/** After an operator's stop, no tool body and no model call starts. */
export function stoppedByHand({ test, expect }: TestRunner, harness: AdapterHarness): void {
  for (const { when, options, in: place, script, counts } of moments) {
    test(`an operator stops the run ${when}: nothing else starts`, async () => {
      const registry = usersRegistry(options);
      const hit = (where: Moment["in"]) => {
        if (where === place) registry.stop(user, ops);
      };
      const run = await harness.run({
        source: registry,
        script: (turn, results) => {
          hit("model");
          return script(turn, results);
        },
        tools: {
          ...tools,
          use: (args) => {
            hit("tool");
            return found((args as { readonly q: string }).q);
          },
        },
      });
      expect(countsOf(run)).toEqual(counts);
      expect(findCircuitOpen(run.error)?.finding).toMatchObject({ rule: "manual", ...ops });
    });
  }

  test("an operator stops runs before they start: no run asks a model until the operator lifts the stop", async () => {
    const registry = usersRegistry();
    const stop = registry.stop(user, ops);
    const start = () => harness.run({ source: registry, script: work(1), tools });
    for (const run of [await start(), await start()]) {
      expect(countsOf(run)).toEqual({ modelCalls: 0, toolRuns: 0 });
      expect(findCircuitOpen(run.error)?.finding).toMatchObject({ rule: "manual", ...ops });
    }
    stop.lift({ by: "ops", why: "mended" });
    const { modelCalls, toolRuns, error, text } = await start();
    expect([modelCalls, toolRuns, error, text]).toEqual([2, 1, undefined, done]);
  });
}

/** A registry whose runs use the account of one user. */
function usersRegistry(options: GuardOptions = {}): Registry {
  return createRegistry({ ...still(), accounts: user, ...options });
}
