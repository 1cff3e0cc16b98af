// docs/failure-circuits.md says what the code does.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareLibraries } from "../bench/src/circuits/compare.ts";
import { circuitSettings } from "../packages/core/src/failure/circuit-settings.ts";
import { root } from "./snippets.ts";

const page = readFileSync(join(root, "docs/failure-circuits.md"), "utf8");
const code = readFileSync(join(root, "packages/core/src/failure/circuit-options.ts"), "utf8");

const rows = Array.from(page.matchAll(/^\| `(\w+)` +\| (.*?) +\| /gm), ([, name, value]) => [
  name!,
  value!,
]);

test("the table of options has every option, in the order of the code", () => {
  const options = Array.from(code.matchAll(/^ {2}readonly (\w+)\?:/gm), ([, name]) => name!);
  const from = rows.findIndex(([name]) => name === options[0]);
  expect(rows.slice(from, from + options.length).map(([name]) => name)).toEqual(options);
});

test("the table of options has the defaults", () => {
  const { openRule, recovery, successThreshold } = circuitSettings("service");
  const shown = Object.fromEntries(rows) as Record<string, string>;
  const figure = (name: string) => Number(/^[\d,]+/.exec(shown[name]!)![0].replaceAll(",", ""));
  expect({ counts: "in-a-row", failures: figure("failureThreshold") }).toEqual(openRule);
  expect({
    cooldownMs: figure("recoveryTimeoutMs"),
    maxCooldownMs: figure("maxRecoveryTimeoutMs"),
    leaseMs: figure("probeTimeoutMs"),
    probes: figure("halfOpenMaxCalls"),
  }).toEqual(recovery);
  expect(figure("successThreshold")).toBe(successThreshold);
});

describe("guard, cockatiel and opossum play the same scenarios", async () => {
  test.for(await compareLibraries())(
    "$scenario.name: a difference has a reason",
    ({ scenario, outcomes: { guard, cockatiel, opossum } }) => {
      const differ = [cockatiel, opossum].some(
        ({ state, answer }) => state !== guard.state || answer !== guard.answer,
      );
      expect(scenario.why !== undefined).toBe(differ);
    },
  );
});
