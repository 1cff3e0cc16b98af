import { describe, expect, test } from "vitest";
import { readCircuitState } from "../../src/failure/circuit-shape.ts";
import type { CircuitState } from "../../src/failure/circuit-state.ts";

const base = { version: 1, generation: 3, opened: 1, openMs: 0.5 } as const;
const inARow = { counts: "in-a-row", failures: 2 } as const;
const closed = { ...base, phase: { status: "closed", window: inARow } } as const;

const bad = (change: object) => JSON.stringify({ ...closed, ...change });

describe("a stored state is read as it was written", () => {
  test.each<[name: string, state: CircuitState]>([
    ["closed, failures in a row", closed],
    [
      "closed, the latest results",
      {
        ...base,
        phase: { status: "closed", window: { counts: "results", results: "fsf", failures: 2 } },
      },
    ],
    [
      "closed, moments of failures",
      { ...base, phase: { status: "closed", window: { counts: "moments", moments: [1, 2.5] } } },
    ],
    [
      "closed, slices",
      {
        ...base,
        phase: {
          status: "closed",
          window: { counts: "slices", slices: [{ at: 1, calls: 2, failures: 1 }] },
        },
      },
    ],
    ["open", { ...base, phase: { status: "open", openedAt: 5, breakMs: 6, attempt: 1, since: 5 } }],
    [
      "half-open, and held open by a human",
      {
        ...base,
        phase: {
          status: "half-open",
          attempt: 2,
          since: 5,
          successes: 1,
          leases: [{ id: "a", until: 9 }],
        },
        forced: { to: "open", by: "ops", why: "maintenance", until: 9 },
      },
    ],
    ["held closed", { ...closed, forced: { to: "closed" } }],
  ])("%s", (_, state) => {
    expect(readCircuitState(JSON.stringify(state))).toEqual(state);
  });
});

describe("a damaged state is named with its path", () => {
  test.each<[json: string, fault: string]>([
    ["no json", "circuit: not JSON"],
    ["null", "circuit.: "],
    [bad({ version: 2 }), "circuit.version: "],
    [bad({ generation: -1 }), "circuit.generation: "],
    [bad({ openMs: "x" }), "circuit.openMs: "],
    [bad({ phase: { status: "isolated" } }), "circuit.phase.status: "],
    [
      bad({ phase: { status: "closed", window: { ...inARow, failures: -1 } } }),
      "circuit.phase.window.failures: ",
    ],
    [
      bad({
        phase: { status: "closed", window: { counts: "results", results: "fx", failures: 0 } },
      }),
      "circuit.phase.window.results: ",
    ],
    [bad({ forced: { to: "half-open" } }), "circuit.forced.to: "],
  ])("%s", (json, fault) => {
    expect(() => readCircuitState(json)).toThrow(
      expect.objectContaining({
        code: "GUARD_BAD_SNAPSHOT",
        message: expect.stringMatching(new RegExp(`^${fault.replaceAll(".", "\\.")}`)),
      }),
    );
  });
});
