import { expect, test } from "vitest";
import { policyFromHints, type ToolHints } from "../../src/evidence/policy.ts";

test.for<[hints: ToolHints | undefined, policy: string | undefined]>([
  [undefined, undefined],
  [{}, undefined],
  [{ readOnlyHint: true }, "read"],
  [{ readOnlyHint: true, destructiveHint: true }, "read"],
  [{ readOnlyHint: false }, "mutating"],
  [{ destructiveHint: true }, "mutating"],
  [{ destructiveHint: false }, undefined],
  [{ destructiveHint: true, idempotentHint: true }, undefined],
  [{ readOnlyHint: false, idempotentHint: true }, undefined],
])("%j: %s", ([hints, policy]) => {
  expect(policyFromHints(hints)).toBe(policy);
});
