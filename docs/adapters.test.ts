// Playing the whole matrix takes minutes: here only what its tables are about is compared.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exits, ways } from "../matrix/src/combination.ts";
import { frameworks } from "../matrix/src/frameworks/index.ts";
import sizes from "../.size-limit.json" with { type: "json" };
import matrix from "../matrix/package.json" with { type: "json" };
import { adaptersPage, headingOf } from "./adapters.ts";

const page = readFileSync(adaptersPage, "utf8");
const installed: Readonly<Record<string, string>> = matrix.dependencies;

test.for(frameworks)(
  "$name: its newest version, all ways, all exits (else: npm run docs:tables)",
  ({ name: framework, adapter }) => {
    const heading = headingOf({ framework, adapter, version: installed[framework]! });
    expect(page).toContain(`${heading}\n`);
    const own = page.slice(page.indexOf(heading) + heading.length).split(/\n##+ /)[0]!;
    const [head = [], , ...body] = own
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(head).toEqual(["way", ...exits.map((exit) => `\`${exit}\``)]);
    expect(body.map(([way]) => way)).toEqual(ways);
  },
);

test("nothing runs after the trip, and every trip is seen", () => {
  const cells = page
    .split("\n")
    .filter((line) => ways.some((way) => line.startsWith(`| ${way} `)))
    .flatMap((line) =>
      line
        .split("|")
        .slice(2, -1)
        .map((cell) => cell.trim()),
    );
  expect(cells).toHaveLength(frameworks.length * ways.length * exits.length);
  expect(cells.filter((cell) => !/^(–|0(, \d+ (granted|under way))*)$/.test(cell))).toEqual([]);
});

test("the largest size of each adapter is the limit of `npm run check:sizes`", () => {
  const others = ["@guard/alerts", "@guard/loop"]; // beside the adapters
  const adapters = sizes.filter(({ name, ignore }) => ignore && !others.includes(name));
  for (const { name, limit } of adapters) {
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\| ${limit.replace(" kB", "")} +\\|`, "m"));
  }
  const core = sizes.find(({ name }) => name === "@guard/core")!;
  expect(page.replaceAll("\n", " ")).toContain(`without core (${core.limit} at most)`);
});
