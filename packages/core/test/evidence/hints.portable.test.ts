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

test.for<[tool: string, hints: ToolHints, policy: string | undefined]>([
  ["crunch", { readOnlyHint: true }, "read"],
  ["crunch", { destructiveHint: true }, "mutating"],
  ["get_report", { readOnlyHint: true }, undefined],
  ["get_report", { readOnlyHint: false }, "mutating"],
  ["send_payment", { readOnlyHint: true }, undefined],
  ["send_payment", { idempotentHint: true }, undefined],
  ["job_status", { readOnlyHint: true }, undefined],
  ["browser_click", { readOnlyHint: false, destructiveHint: true }, undefined],
])("a server says of its tool %s %j: %s, and the name says the rest", ([tool, hints, policy]) => {
  expect(policyFromHints(hints, tool)).toBe(policy);
});
