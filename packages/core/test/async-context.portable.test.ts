import { expect, test } from "vitest";
import { systemContext } from "../src/ports/async-context.ts";

test("where the platform has no async context there is none, and guard works all the same", () => {
  expect(systemContext === undefined).toBe(globalThis.process === undefined);
});
