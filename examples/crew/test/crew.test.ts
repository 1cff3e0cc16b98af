import { createRegistry, findCircuitOpen } from "@guard/core";
import { startModelServer, type Script } from "example-model-server";
import { runMain } from "example-model-server/run-main";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { describe, expect, test } from "vitest";
import { cases } from "../src/cases.ts";
import { crewOf } from "../src/crew.ts";
import { capModelCalls, play } from "../src/play.ts";
import { modelName, prices, usdOf } from "../src/price.ts";

quietHandlerErrors();

const caseOf = (name: string) => cases.find((one) => one.name === name)!;

describe("a case under guard", () => {
  test.for([
    // case, rule, model calls until the stop
    ["delegation circle", "delegation", 7],
    ["retry storm", "no-progress", 13],
    ["rejected task", "delegation", 19],
    ["growing cost", "drift", 12],
  ] as const)("%s is stopped by %s", async ([name, rule, modelCalls]) => {
    const { stop, ...guarded } = await play(caseOf(name), true);
    expect([stop?.finding.rule, guarded.modelCalls]).toEqual([rule, modelCalls]);
  });

  test.for(cases)("$name: without guard nothing ends it before 60 requests", async (one) => {
    const { modelCalls, stop } = await play(one, false);
    expect(modelCalls).toBeGreaterThanOrEqual(capModelCalls);
    expect(stop).toBeUndefined();
  });
});

test("by default guard takes growing cost for work: it warns, and does not stop the run", async () => {
  const { options: _, ...one } = caseOf("growing cost");
  const { stop } = await play(one, true);
  expect(stop).toBeUndefined();
});

const task = "Write down which port the billing service uses.";
const isLooping = ({ question }: { question: string }) => question.includes("again and again");

/** Honest crews do their work with each member; those that are told to loop search for ever. */
const script: Script = (request) => {
  const { first, results } = request;
  const name = /You are the (\w+)/.exec(first)?.[1];
  const fetchPage = { name: "fetch_page", args: { url: "https://docs.example/ports" } };
  if (name === "researcher" && isLooping(request)) return fetchPage;
  if (name === "manager") {
    const [member] = ["researcher", "writer", "editor"].slice(results.length);
    const about = isLooping(request) ? "Search again and again." : `${task} (${results.length})`;
    return member === undefined ? "It is 8443." : { name: `ask_${member}`, args: { task: about } };
  }
  if (name === "researcher") return results.length === 0 ? fetchPage : "It listens on 8443.";
  return name === "writer" ? "The billing service uses port 8443." : "Approved.";
};

test(
  "fifty crews at once over one registry share the organisation's budget to the cent, and their loops don't mix",
  { timeout: 60_000 },
  async () => {
    const server = await startModelServer(script);
    try {
      const registry = createRegistry({ ...prices, limits: { organisation: { usd: 100 } } });
      const model = { name: modelName, apiKey: "none", baseURL: server.url };
      const ends = await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          const accounts = { organisation: "acme" };
          const breaker = registry.breaker({ shared: true, accounts });
          const crew = crewOf(model, () => "The billing service listens on 8443.", breaker);
          const words = index % 10 === 0 ? "Search again and again." : task;
          const said = await crew(words).then(
            (text) => text,
            (error: unknown) => findCircuitOpen(error)?.finding.rule,
          );
          return { said, spent: breaker.spending.usd, delegations: breaker.spending.delegations };
        }),
      );
      expect(ends.map(({ said }) => said)).toEqual(
        ends.map((_, index) => (index % 10 === 0 ? "no-progress" : "It is 8443.")),
      );
      const [balance] = await registry.balances("organisation:acme");
      const sum = ends.reduce((usd, { spent }) => usd + spent, 0);
      expect(balance?.usd).toBeCloseTo(usdOf(server.billed()), 6);
      expect(balance?.usd).toBeCloseTo(sum, 9);
      expect(balance?.modelCalls).toBe(server.requests());
      expect(balance?.reservedUsd).toBe(0);
      expect((await registry.ledger.audit()).ok).toBe(true);
    } finally {
      await server.stop();
    }
  },
);

test(
  "members with one registry share one run and one budget, without knowing each other: fifty crews at once",
  { timeout: 60_000 },
  async () => {
    const server = await startModelServer(script);
    try {
      const registry = createRegistry({ budget: { modelCalls: 5 } });
      const model = { name: modelName, apiKey: "none", baseURL: server.url };
      // The members are made once, for all runs.
      const crew = crewOf(model, () => "The billing service listens on 8443.", registry);
      const stops = await Promise.all(
        Array.from({ length: 50 }, async () =>
          crew(task).then(
            () => undefined,
            (error: unknown) => findCircuitOpen(error)?.report.used.modelCalls,
          ),
        ),
      );
      expect(stops).toEqual(stops.map(() => 5));
      expect(server.requests()).toBe(250);
    } finally {
      await server.stop();
    }
  },
);

test(
  "fifty crews at once overspend the organisation's budget by no more than the call in flight",
  { timeout: 60_000 },
  async () => {
    const server = await startModelServer(script);
    try {
      const limit = 0.01;
      const registry = createRegistry({ ...prices, limits: { organisation: { usd: limit } } });
      const model = { name: modelName, apiKey: "none", baseURL: server.url };
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const breaker = registry.breaker({ shared: true, accounts: { organisation: "acme" } });
          const crew = crewOf(model, () => "The billing service listens on 8443.", breaker);
          await crew(task).catch(() => {});
        }),
      );
      const largestCall = usdOf({ input: 2_000, output: 60 });
      expect(usdOf(server.billed())).toBeLessThanOrEqual(limit + largestCall);
      const [balance] = await registry.balances("organisation:acme");
      expect(balance?.usd).toBeCloseTo(usdOf(server.billed()), 6);
    } finally {
      await server.stop();
    }
  },
);

test("the example prints the table of its README", { timeout: 60_000 }, async () => {
  const { lines } = await runMain(join(import.meta.dirname, "../src/main.ts"));
  const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
  const table = /```text\n([^`]+)```/.exec(readme)![1]!.trimEnd().split("\n");
  const from = lines.indexOf(table[0]!);
  expect(lines.slice(from, from + table.length)).toEqual(table);
});
