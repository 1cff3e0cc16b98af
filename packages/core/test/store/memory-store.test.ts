// What every store must do is in @guard/testing, whose own tests run it over this store too.
import { expect, test } from "vitest";
import { memoryStore } from "../../src/store/memory-store.ts";
import { manualClock } from "../support/clock.ts";

test("beyond its size the value written longest ago goes", () => {
  const clock = manualClock();
  const store = memoryStore({ clock, maxKeys: 2 });
  const put = (key: string) =>
    store.compareAndSet([
      { key, expected: store.get(key)?.version, value: "x", expiresAt: clock() + 1_000 },
    ]);
  for (const key of ["a", "b", "a", "c"]) put(key);
  expect(store.list("").toSorted()).toEqual(["a", "c"]);
});
