// Engines don't run decorators yet, so these tests run what the compiler makes of them.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CircuitRefusalError, type FailureCircuit } from "../../src/index.ts";
import { service } from "./support/service.ts";

const source = `
import type { FailureCircuit } from "../../../src/index.ts";

export function make(circuit: FailureCircuit) {
  class Backend {
    #table = "t";
    @circuit.wrap
    async find(id: number): Promise<string> {
      if (id === 0) throw new Error("down");
      return this.#table + id;
    }
    @circuit.wrap
    all(this: Backend): string {
      return this.#table;
    }
    @circuit.wrap
    static price(net: number): number {
      return 2 * net;
    }
  }
  return Backend;
}
`;

interface Backend {
  find(id: number): Promise<string>;
  all(): string;
}
type Make = (circuit: FailureCircuit) => (new () => Backend) & { price(net: number): number };

const folder = join(import.meta.dirname, ".snippets");
const tsc = join(import.meta.dirname, "../../../../node_modules/.bin/tsc");

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(join(folder, "backend.ts"), source);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("wrap is a standard decorator for methods: the compiler accepts it, and the built code guards them", async () => {
  const options =
    "--target es2022 --lib es2023,esnext.disposable,dom --module nodenext --allowImportingTsExtensions --rewriteRelativeImportExtensions --skipLibCheck --strict --types node --ignoreConfig";
  const out = ["--rootDir", join(folder, "../../.."), "--outDir", join(folder, "built")];
  const built = spawnSync(tsc, [...options.split(" "), ...out, join(folder, "backend.ts")], {
    encoding: "utf8",
  });
  expect(built.stdout).toBe("");
  const { make } = (await import(
    join(folder, "built/test/failure/.snippets/backend.js")
  )) as unknown as { make: Make };
  const { circuit } = service({ failureThreshold: 1 });
  const Made = make(circuit);
  const backend = new Made();
  expect(await backend.find(1)).toBe("t1");
  expect([backend.all(), Made.price(4)]).toEqual(["t", 8]);
  await expect(backend.find(0)).rejects.toThrow("down");
  await expect(backend.find(1)).rejects.toBeInstanceOf(CircuitRefusalError);
  expect(() => Made.price(4)).toThrow(CircuitRefusalError);
});
