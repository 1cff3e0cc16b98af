import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test } from "vitest";
import { systemContext } from "../src/ports/async-context.ts";
import { normalize } from "../src/options/settings.ts";

test("the platform's context tells in which run code runs, across awaits", async () => {
  const seen = await systemContext!.run("outer", async () => {
    await Promise.resolve();
    const inner = systemContext!.run("inner", () => systemContext!.getStore());
    return [systemContext!.getStore(), inner];
  });
  expect(seen).toEqual(["outer", "inner"]);
  expect(systemContext!.getStore()).toBeUndefined();
});

test("all breakers share it, unless they are given another", () => {
  expect(normalize().context).toBe(systemContext);
  const own = new AsyncLocalStorage<unknown>();
  expect(normalize({ ports: { context: own } }).context).toBe(own);
});
