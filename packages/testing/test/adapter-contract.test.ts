import { describe, expect, test } from "vitest";
import { adapterContract, type AdapterHarness } from "../src/index.ts";
import { declaredBy, failuresOf } from "./support/collect.ts";
import { faulty } from "./support/faults.ts";
import { loopHarness } from "./support/loop.ts";

const runner = { describe, test, expect };
const able = loopHarness();
const unable = loopHarness({ cannot: ["warn", "refuseInPlace", "unknownTool", "seeErrors"] });

adapterContract(runner, "an agent loop", able);
adapterContract(runner, "an agent loop that can only be stopped", unable);

const failures = async (harness: AdapterHarness) =>
  failuresOf((collect) => adapterContract(collect, "", harness));

describe("finds an adapter that", () => {
  test.for(faulty)("$fault", async ({ foundBy, harness }) => {
    expect(await failures(harness)).toContain(foundBy);
  });
});

test("every test of the contract fails for some adapter", async () => {
  const declared = [able, unable].flatMap((harness) =>
    declaredBy((collect) => adapterContract(collect, "", harness)).map(({ name }) => name),
  );
  const failed = await Promise.all(faulty.map(async ({ harness }) => failures(harness)));
  const found = new Set(failed.flat());
  expect(declared.filter((name) => !found.has(name))).toEqual([]);
});
