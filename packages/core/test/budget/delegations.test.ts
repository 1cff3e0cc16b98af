// Work that agents hand to each other is counted like their other calls.
import { expect, test } from "vitest";
import { createRegistry } from "../../src/breaker/registry.ts";
import type { DelegationCall } from "../../src/vocabulary/call.ts";
import type { Snapshot } from "../../src/vocabulary/snapshot.ts";
import { fixture, success, trip } from "../support/breakers.ts";

const handOff = (task: string): DelegationCall => ({ kind: "delegation", to: "helper", task });
const users = { limits: { user: { usd: 1 } }, accounts: { user: "42" } };

test("spending and the trip's report count them, and a call that was never made counts no more", async () => {
  const { breaker, lane } = fixture();
  for (const task of ["the port", "the host"]) await lane.run(handOff(task), () => task);
  const [unmade] = await lane.admit([handOff("the path")]);
  expect(breaker.spending).toEqual({
    modelCalls: 0,
    toolCalls: 0,
    delegations: 3,
    tokens: 0,
    usd: 0,
  });
  await lane.release(unmade.token);
  expect(breaker.spending.delegations).toBe(2);
  trip(lane);
  expect(breaker.trip?.used.delegations).toBe(2);
});

test("shared accounts count them, the ledger adds them up, and the audit agrees", async () => {
  const registry = createRegistry(users);
  const breaker = registry.breaker();
  const lane = breaker.agent("a");
  await lane.run(handOff("the port"), () => "8080");
  const [unmade] = await lane.admit([handOff("the host")]);
  await lane.release(unmade.token);
  const [open] = await lane.admit([handOff("the path")]);
  expect(await registry.balances("user:42")).toMatchObject([{ delegations: 2 }]);
  expect((await registry.ledger.audit()).ok).toBe(true);
  await lane.settle(open.token, success());
  breaker.endRun();
  expect([breaker.spending.delegations, (await registry.ledger.audit()).ok]).toEqual([0, true]);
});

test("a snapshot of an older version goes on without evidence, also in its trip", async () => {
  const { breaker, lane } = fixture();
  trip(lane);
  const old = withoutDelegations(breaker.snapshot());
  expect(JSON.stringify(old)).not.toContain("delegations");
  const copy = fixture({ restore: old });
  expect(copy.breaker.spending.delegations).toBe(0);
  expect(copy.breaker.trip?.used).toEqual(breaker.trip?.used);
});

/** A snapshot as it was written before delegations were counted. */
function withoutDelegations(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot).replaceAll(/"delegations":\d+,/g, "")) as Snapshot;
}
