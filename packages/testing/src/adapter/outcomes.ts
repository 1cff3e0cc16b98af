import type { TestRunner } from "../test-runner.ts";
import { answers, ask, found } from "./conversations.ts";
import { can, type AdapterHarness } from "./harness.ts";
import { played, type Played } from "./played.ts";

/** The adapter finds the outcome of each call. */
export function outcomes({ test, expect }: TestRunner, harness: AdapterHarness): void {
  const seesErrors = can(harness, "seeErrors");

  test("finds the result of a tool that succeeds", async () => {
    const { recorded } = await played(harness, answers([ask("a")]));
    expect(endsOf(recorded)).toEqual([{ tool: "use", error: false }]);
    expect(JSON.stringify(recorded[0]?.result)).toContain(found("a"));
  });

  if (seesErrors) {
    test("finds the failure of a tool that throws", async () => {
      const { recorded } = await played(harness, answers([ask("a", "broken")]));
      expect(endsOf(recorded)).toEqual([{ tool: "broken", error: true }]);
      expect(JSON.stringify(recorded[0]?.result)).toContain("out of order");
    });
  } else {
    test("finds the text that the framework makes of a tool's error", async () => {
      const { recorded } = await played(harness, answers([ask("a", "broken")]));
      expect(recorded.map(({ tool }) => tool)).toEqual(["broken"]);
      expect(typeof JSON.stringify(recorded[0]?.result)).toBe("string");
    });
  }

  if (can(harness, "unknownTool")) {
    test("finds that a tool is missing", async () => {
      const { recorded } = await played(harness, answers([ask("a", "no_such_tool")]));
      expect(endsOf(recorded)).toEqual([{ tool: "no_such_tool", error: true }]);
    });
  }

  test("matches results to the calls of one answer", async () => {
    const { recorded } = await played(harness, answers([ask("a"), ask("b", "broken"), ask("c")]));
    const [a, b, c] = recorded.toSorted((one, other) =>
      questionIn(one.args).localeCompare(questionIn(other.args)),
    );
    expect([a?.error ?? false, c?.error ?? false]).toEqual([false, false]);
    if (seesErrors) expect(b?.error).toBe(true);
    expect(JSON.stringify(a?.result)).toContain(found("a"));
    expect(JSON.stringify(c?.result)).toContain(found("c"));
  });
}

function endsOf(recorded: Played["recorded"]) {
  return recorded.map(({ tool, error = false }) => ({ tool, error }));
}

/** A recording has arguments as the framework has them: as values or as JSON text. */
function questionIn(args: unknown): string {
  const { q } = (typeof args === "string" ? JSON.parse(args) : args) as { readonly q: string };
  return q;
}
