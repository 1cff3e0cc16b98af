import type { TestRunner } from "../test-runner.ts";
import { answers, ask, found } from "./conversations.ts";
import type { AdapterHarness } from "./harness.ts";
import { played } from "./played.ts";

/** Guard learns what came back from each call. */
export function outcomes({ test, expect }: TestRunner, harness: AdapterHarness): void {
  test("finds the result of a tool that succeeds", async () => {
    const { recorded } = await played(harness, answers([ask("a")]));
    expect(recorded.map(({ tool, error = false }) => ({ tool, error }))).toEqual([
      { tool: "use", error: false },
    ]);
    expect(JSON.stringify(recorded[0]?.result)).toContain(found("a"));
  });

  test("finds the failure of a tool that throws", async () => {
    const { recorded } = await played(harness, answers([ask("a", "broken")]));
    expect(recorded.map(({ tool, error = false }) => ({ tool, error }))).toEqual([
      { tool: "broken", error: true },
    ]);
    expect(JSON.stringify(recorded[0]?.result)).toContain("out of order");
  });

  test("finds that a tool does not exist", async () => {
    const { recorded } = await played(harness, answers([ask("a", "no_such_tool")]));
    expect(recorded.map(({ tool, error = false }) => ({ tool, error }))).toEqual([
      { tool: "no_such_tool", error: true },
    ]);
  });

  test("matches results to calls where one answer asks for several", async () => {
    const { recorded } = await played(harness, answers([ask("a"), ask("b", "broken"), ask("c")]));
    const seen = recorded.map(({ args, error = false, result }) => ({
      q: questionIn(args),
      ok: error ? false : JSON.stringify(result),
    }));
    const byArgument = seen.toSorted((one, other) => one.q.localeCompare(other.q));
    expect(byArgument.map(({ q }) => q)).toEqual(["a", "b", "c"]);
    expect(byArgument[0]?.ok).toContain(found("a"));
    expect(byArgument[1]?.ok).toBe(false);
    expect(byArgument[2]?.ok).toContain(found("c"));
  });
}

/** Arguments are recorded as the framework has them: as values, or as the text of their JSON. */
function questionIn(args: unknown): string {
  const { q } = (typeof args === "string" ? JSON.parse(args) : args) as { readonly q: string };
  return q;
}
