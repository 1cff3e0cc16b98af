// Core and the AI SDK's adapter in workerd, the runtime of Cloudflare's workers, with none of Node's modules.
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";

const bundled = await build({
  entryPoints: [join(import.meta.dirname, "worker.ts")],
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  target: "es2024",
  conditions: ["worker", "browser"],
});
const worker = new Miniflare({
  modules: true,
  script: bundled.outputFiles[0]!.text,
  compatibilityDate: "2026-07-01",
});
beforeAll(() => worker.ready);
afterAll(() => worker.dispose());

test("the bundle asks for no module of Node's", () => {
  const files = Object.values(bundled.metafile.outputs);
  expect(files.flatMap(({ imports }) => imports)).toEqual([]);
});

test.for(["generate", "stream"])(
  "%s: a loop is stopped where it is stopped elsewhere",
  async (way) => {
    const response = await worker.dispatchFetch(`http://worker/${way}`);
    const runs = await response.json();
    expect(runs).toEqual(
      Array.from({ length: 5 }, () => ({
        rule: "no-progress",
        modelCalls: 6,
        executed: 3,
        spent: 6,
      })),
    );
  },
);
