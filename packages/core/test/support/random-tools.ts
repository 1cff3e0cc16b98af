import * as fc from "fast-check";
import type { Lane } from "../../src/breaker/lane.ts";
import type { Decision, Outcome } from "../../src/vocabulary/call.ts";

/** Tools of every kind, by names of every form. */
const tools = [
  "read_file",
  "search",
  "use",
  "bash",
  "get_build",
  "job_status",
  "wait",
  "next_page",
  "click",
  "think",
  "final_answer",
  "ask_user",
  "transfer_to_bob",
  "edit_file",
  "send_mail",
  "pay",
  "deploy",
  "__proto__",
];

const tool = fc.oneof(fc.constantFrom(...tools), fc.string({ maxLength: 12 }));
const args = fc.oneof(
  fc.constantFrom<unknown>(
    "x",
    "y",
    { q: "x" },
    { q: "x", page: 1 },
    { command: "sleep 5" },
    undefined,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

export interface AskedTool {
  readonly tool: string;
  readonly args: unknown;
  /** What the result begins with. */
  readonly says: string;
}

export type ToolStep =
  | { readonly do: "round"; readonly calls: readonly AskedTool[] }
  | { readonly do: "answer" | "user" }
  | { readonly do: "clock"; readonly by: number };

const says = fc.constantFrom(
  "entry",
  "No results for",
  "Access denied for",
  "done",
  "running",
  "404",
  "x".repeat(250),
);
/** Runs of an agent that calls a handful of tools with the same arguments again and again. */
export const toolRuns: fc.Arbitrary<ToolStep[]> = fc
  .array(fc.record({ tool, args }), { minLength: 1, maxLength: 4 })
  .chain((asked) => {
    const call = fc
      .tuple(fc.constantFrom(...asked), says)
      .map(([one, begins]): AskedTool => ({ ...one, says: begins }));
    return fc.array(
      fc.oneof<fc.WeightedArbitrary<ToolStep>[]>(
        {
          weight: 20,
          arbitrary: fc.record({
            do: fc.constant("round" as const),
            calls: fc.array(call, { minLength: 1, maxLength: 2 }),
          }),
        },
        { weight: 2, arbitrary: fc.constant<ToolStep>({ do: "answer" }) },
        { weight: 1, arbitrary: fc.constant<ToolStep>({ do: "user" }) },
        {
          weight: 1,
          arbitrary: fc.record({
            do: fc.constant("clock" as const),
            by: fc.constantFrom(1, 40_000, 90_000),
          }),
        },
      ),
      { maxLength: 60, size: "max" },
    );
  });

/** What one agent asks for next, and what comes back. */
export interface Move {
  readonly tool: string;
  readonly what: string;
  readonly outcome: Outcome;
}

const harmless = [
  "read_file",
  "search",
  "use",
  "get_build",
  "job_status",
  "wait",
  "next_page",
  "click",
  "think",
];

const anyMove: fc.Arbitrary<Move> = fc.record({
  tool: fc.constantFrom(...harmless),
  what: fc.constantFrom("x", "y", "z"),
  outcome: fc.constantFrom<Outcome>(
    { status: "success", result: "same" },
    { status: "success", result: "running" },
    { status: "success", result: [] },
    { status: "failure", error: "denied" },
    { status: "unknown" },
  ),
});

/** Runs that go round in a few moves that change nothing in the world. */
export const moves: fc.Arbitrary<Move[]> = fc
  .array(anyMove, { minLength: 1, maxLength: 3 })
  .chain((few) => fc.array(fc.constantFrom(...few), { maxLength: 40, size: "max" }));

/** One agent makes its next move; its arguments are its own. */
export function move(lane: Lane, { tool: name, what, outcome }: Move): Decision {
  const own = { of: lane.agent, what };
  const [decision] = lane.admitSync([{ kind: "tool", tool: name, args: own }]);
  lane.settleSync(decision.token, outcome);
  return decision;
}
