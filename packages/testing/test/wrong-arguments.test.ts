// Wrong arguments: each error names the argument, what was received, and what to write.
import { createBreaker, memoryLedger, memoryStore, OptionsError } from "@guard/core";
import { describe, expect, test } from "vitest";
import {
  adapterContract,
  ledgerContract,
  manualClock,
  scriptedAgent,
  seededRandom,
  storeContract,
} from "../src/index.ts";
import { declaredBy } from "./support/collect.ts";
import { loopHarness } from "./support/loop.ts";

const runner = { describe: () => {}, test: () => {}, expect };
const harness = loopHarness();
const store =
  'storeContract({ describe, test, expect }, "my store", (clock) => new MyStore({ clock }))';
const ledger = 'ledgerContract({ describe, test, expect }, "my ledger", () => new MyLedger())';
const adapter = 'adapterContract({ describe, test, expect }, "my framework", { run })';
const script = 'scriptedAgent(breaker.agent("researcher"), "A=1 A=1")';

/** As JavaScript calls it. */
const call = (of: unknown, ...args: readonly unknown[]) =>
  (of as (...given: readonly unknown[]) => unknown)(...args);

test.for([
  [
    "storeContract without a runner",
    () => call(storeContract, describe, test, expect),
    `runner: expected an object with describe, test and expect, received a function. Write ${store}.`,
  ],
  [
    "storeContract without expect",
    () => call(storeContract, { describe, test }, "my store", memoryStore),
    `runner: expected an object with describe, test and expect, received an object. Write ${store}.`,
  ],
  [
    "storeContract without a name",
    () => call(storeContract, runner, memoryStore),
    `name: expected a text, received a function. Write ${store}.`,
  ],
  [
    "a store in place of a function",
    () => call(storeContract, runner, "my store", memoryStore()),
    `makeStore: expected a function, received an object. Write ${store}.`,
  ],
  [
    "a misspelt trait",
    () => call(storeContract, runner, "my store", memoryStore, { post: true }),
    "traits.post: there is no such option (did you mean `posts`?)",
  ],
  [
    "ledgerContract without a name",
    () => call(ledgerContract, runner, memoryLedger),
    `name: expected a text, received a function. Write ${ledger}.`,
  ],
  [
    "a ledger in place of a function",
    () => call(ledgerContract, runner, "my ledger", memoryLedger()),
    `makeLedger: expected a function, received an object. Write ${ledger}.`,
  ],
  [
    "a misspelt trait of a ledger",
    () => call(ledgerContract, runner, "my ledger", memoryLedger, { reopens: () => {} }),
    "traits.reopens: there is no such option (did you mean `reopen`?)",
  ],
  [
    "adapterContract without a runner",
    () => call(adapterContract, "my framework", harness),
    `runner: expected an object with describe, test and expect, received a text. Write ${adapter}.`,
  ],
  [
    "a function in place of a harness",
    () => call(adapterContract, runner, "my framework", harness.run),
    `harness: expected an object with run, received a function. Write ${adapter}.`,
  ],
  [
    "a misspelt part of a harness",
    () => call(adapterContract, runner, "my framework", { ...harness, streams: () => {} }),
    "harness.streams: there is no such option (did you mean `stream`?)",
  ],
  [
    "an unknown limit",
    () => call(adapterContract, runner, "my framework", { ...harness, cannot: ["refuse"] }),
    'cannot: expected only warn, refuseInPlace, unknownTool, seeErrors, received "refuse". Write cannot: ["warn"].',
  ],
  [
    "a date in place of a time",
    () => call(manualClock, new Date(0)),
    "startMs: expected a number of milliseconds, received an instance of Date. Write clock.advance(30_000) or date.getTime().",
  ],
  [
    "a text in place of milliseconds",
    () => call(manualClock().advance, "30s"),
    'ms: expected a number of milliseconds, received "30s". Write clock.advance(30_000) or date.getTime().',
  ],
  [
    "a text in place of a seed",
    () => call(seededRandom, "seven"),
    'seed: expected a number, received "seven". Write seededRandom(7).',
  ],
] as const)("%s", ([, mistake, fault]) => {
  expect(mistake).toThrow(new OptionsError([fault]));
});

test.for([
  [
    "a script without a lane",
    ["A=1 A=1"],
    /^lane: expected an agent of a breaker, received a text\./,
  ],
  [
    "a breaker in place of its agent",
    [createBreaker(), "A=1"],
    /^lane: expected an agent of a breaker/,
  ],
  [
    "a list in place of a script",
    [createBreaker().agent(), ["A=1"]],
    /^script: expected a text, received an array/,
  ],
] as const)("%s", async ([, args, fault]) => {
  const played = async () => call(scriptedAgent, ...args);
  await expect(played).rejects.toThrow(fault);
  await expect(played).rejects.toThrow(`Write ${script}.`);
});

test("a makeStore that returns no store fails each test of the contract", async () => {
  const tests = declaredBy((collect) =>
    call(storeContract, collect, "my store", () => undefined, { posts: true }),
  );
  for (const { body } of tests) {
    await expect(body).rejects.toThrow(
      /^makeStore\(\): expected a store with get, compareAndSet, list, close, post, received undefined\. Write /,
    );
  }
});

test("a makeLedger that returns no ledger fails each test of the contract", async () => {
  const tests = declaredBy((collect) => call(ledgerContract, collect, "my ledger", () => ({})));
  for (const { body } of tests) {
    await expect(body).rejects.toThrow(
      /^makeLedger\(\): expected a ledger with append, read, received an object\. Write /,
    );
  }
});
