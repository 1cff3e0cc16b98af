// An AgentExecutor needs no `langchain`: guard takes only types from it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "../src");

test("no file of guard's loads langchain", () => {
  const files = readdirSync(src);
  const loading = files.filter((file) =>
    /^(?:import|export) (?!type\b).* from "langchain/m.test(readFileSync(join(src, file), "utf8")),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(loading).toEqual([]);
});
