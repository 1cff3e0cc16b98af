import { afterEach, expect, test, vi } from "vitest";
import { playAll } from "../src/children.ts";

afterEach(() => vi.unstubAllEnvs());

test("a child that dies is no silent gap", async () => {
  vi.stubEnv("NODE_OPTIONS", "--no-such-option");
  const { judged, dead } = await playAll({
    adapters: ["ai-sdk"],
    versions: ["newest"],
    pairwise: true,
  });
  expect(judged).toEqual([]);
  expect(dead).toEqual([expect.stringMatching(/^ai \(newest\) has died: exit \d+ after 0 rows$/)]);
});

test("the oldest version is another one than the newest", { timeout: 30_000 }, async () => {
  const { judged, dead } = await playAll({
    adapters: ["ai-sdk"],
    versions: ["newest", "oldest"],
    pairwise: true,
  });
  expect(dead).toEqual([]);
  expect(new Set(judged.map(({ row }) => row.version)).size).toBe(2);
});
