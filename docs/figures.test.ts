// The figures of the README that can be had in a moment are those of the code.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { judgeSuites, type OnSuite } from "../bench/src/on-suites.ts";
import { adaptersPage } from "./adapters.ts";
import { root } from "./snippets.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");

const sum = (all: readonly OnSuite[], of: (one: OnSuite) => number) =>
  all.reduce((total, one) => total + of(one), 0);

test("README.md: honest runs stopped and loops missed, of all suites", () => {
  const judged = judgeSuites();
  const [balanced, strict] = ["balanced", "strict"].map((preset) => {
    const own = judged.filter((one) => one.preset === preset);
    return {
      stopped: `${sum(own, (one) => one.wronged.length)} of ${sum(own, (one) => one.suite.honest.length)}`,
      missed: `${sum(own, (one) => one.missed.length)} of ${sum(own, (one) => one.suite.evil.length)}`,
    };
  });
  expect(readme).toContain(`stops ${balanced!.stopped}`);
  expect(readme).toContain(`misses ${balanced!.missed}`);
  expect(readme).toContain(
    `the preset \`strict\`, which counts identical calls, stops ${strict!.stopped}`,
  );
  expect(readme).toContain(`\`strict\` misses ${strict!.missed}`);
});

test("README.md: the ways to run an agent and to end its run, of docs/adapters.md", () => {
  const cells = readFileSync(adaptersPage, "utf8").match(/(?<=\| )0(?=[ ,])/g) ?? [];
  expect(readme).toContain(`in ${cells.length} ways to run an agent and to end its run`);
});
