import { expect, test } from "vitest";
import { systemContext } from "../src/ports/async-context.ts";

test("only a platform with `process` has an async context", () => {
  expect(systemContext === undefined).toBe(globalThis.process === undefined);
});
