import { createRegistry, type Ledger, memoryLedger, type Store } from "@guard/core";
import type { StoreTest } from "./store-contract.ts";
import type { TestRunner } from "./test-runner.ts";

const processes = 3;
const callsOfEach = 40;
const limit = 70;

/** Tests that accounts over a store are exact, with each method by which guard changes them. */
export function accountTests(
  storeTest: StoreTest,
  expect: TestRunner["expect"],
  posts: boolean,
): void {
  const ways = posts ? ["post", "compareAndSet"] : ["compareAndSet"];
  for (const way of ways) {
    storeTest(
      `${processes} processes on one account, by \`${way}\`: exact, and the audit agrees`,
      async (store, _later, clock) => {
        const ledger = memoryLedger();
        const registries = Array.from({ length: processes }, () =>
          registryOver(way === "post" ? store : withoutPost(store), ledger, clock),
        );
        const verdicts = await Promise.all(
          registries.flatMap((registry) =>
            Array.from({ length: callsOfEach }, async () => spend(registry)),
          ),
        );
        expect(verdicts.filter((verdict) => verdict === "allow").length).toBe(limit);
        expect(await registries[0]!.balances("user:u")).toMatchObject([
          { window: "life", modelCalls: limit, usd: limit / 4, reservedUsd: 0 },
        ]);
        const { differences } = await registries[0]!.ledger.audit();
        expect(differences.filter(({ account }) => account === "user:u")).toEqual([]);
        expect((await store.list("reservation:")).length).toBe(0);
      },
    );
  }
}

function registryOver(store: Store, ledger: Ledger, clock: () => number) {
  return createRegistry({
    store,
    ledger,
    limits: { user: { modelCalls: limit, usd: limit } },
    ports: { clock },
  });
}

/** Makes a model call for 0.25 USD in its own run, if guard allows the call. */
async function spend(registry: ReturnType<typeof registryOver>): Promise<string> {
  const lane = registry.breaker({ accounts: { user: "u" } }).agent();
  const [decision] = await lane.admit([{ kind: "model", estimate: { usd: 0.25 } }]);
  await lane.settle(decision.token, {
    status: "success",
    result: "done",
    usage: { inputTokens: 1, outputTokens: 1, usd: 0.25 },
  });
  return decision.verdict;
}

/** The same store without its `post`. The store may be an instance of a class. */
export function withoutPost(store: Store): Store {
  return {
    get: (key) => store.get(key),
    compareAndSet: (writes) => store.compareAndSet(writes),
    list: (prefix) => store.list(prefix),
    close: () => store.close(),
  };
}
