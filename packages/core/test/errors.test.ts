import { describe, expect, test } from "vitest";
import {
  BudgetExceededError,
  CallRefusedError,
  CircuitOpenError,
  errorCodes,
  GuardError,
  OptionsError,
  SnapshotError,
} from "../src/vocabulary/errors.ts";
import { findCircuitOpen } from "../src/vocabulary/find-circuit-open.ts";
import { fixture, once, trip, use } from "./support/breakers.ts";

function stopped(options?: Parameters<typeof fixture>[0]): CircuitOpenError {
  const { lane } = fixture(options);
  return lane.toError(trip(lane, use("planted"))) as CircuitOpenError;
}

function refused(): CallRefusedError {
  const { lane } = fixture();
  for (let calls = 0; calls < 3; calls += 1) once(lane);
  return lane.toError(once(lane).decision) as CallRefusedError;
}

describe("what an error carries", () => {
  test("a stopped run: reason, finding, signature, trip count, report, state, and when to come back", () => {
    const error = stopped();
    expect(error).toMatchObject({
      name: "CircuitOpenError",
      code: "GUARD_CIRCUIT_OPEN",
      reason: "loop",
      tripCount: 1,
      retryAfterMs: 30_000,
      finding: { rule: "no-progress", verdict: "open", agent: "a", tool: "use" },
      report: { reason: "loop", tripCount: 1, used: { toolCalls: 3 } },
    });
    expect(error.signature).toBe(error.finding.signatures.at(-1));
    expect(error).toHaveProperty("state.version", 2);
    expect(error.message).toBe(
      'guard stopped this run (loop): the agent asked for "use" again after 4 attempts that brought nothing new.',
    );
  });

  test("the error of a spent budget has its own code and class, and no retryAfterMs", () => {
    const error = stopped({ budget: { toolCalls: 2 } });
    expect(error).toBeInstanceOf(BudgetExceededError);
    expect(error).toMatchObject({ code: "GUARD_BUDGET_EXCEEDED", reason: "budget" });
    expect(error.retryAfterMs).toBeUndefined();
  });

  test("a run stopped by hand", () => {
    const { breaker, lane } = fixture();
    breaker.override({ force: "open", by: "me", why: "test" });
    const error = lane.toError(lane.admitSync([use()])[0]);
    expect(error).toMatchObject({ code: "GUARD_CIRCUIT_OPEN", reason: "manual" });
  });

  test("one refused call reads as an answer to the model", () => {
    expect(refused()).toMatchObject({ name: "CallRefusedError", code: "GUARD_CALL_REFUSED" });
    expect(refused().message).toMatch(/^Refused, not executed: you asked for "use" again after 2 /);
  });

  test("toError still makes the error of a run after a reset", () => {
    const { breaker, lane } = fixture();
    const decision = trip(lane);
    breaker.reset();
    expect(lane.toError(decision)).toMatchObject({ code: "GUARD_CIRCUIT_OPEN", reason: "loop" });
  });
});

describe("codes", () => {
  test.for<[GuardError]>([
    [stopped()],
    [stopped({ budget: { toolCalls: 1 } })],
    [refused()],
    [new OptionsError(["x"])],
    [new SnapshotError("x")],
  ])("%s survives JSON, without arguments", ([error]) => {
    const json = JSON.stringify(error);
    expect(JSON.parse(json)).toMatchObject({ code: error.code, name: error.name });
    expect(errorCodes).toHaveProperty(error.code);
    expect(json).not.toContain("planted");
  });
});

const copy = (mark: string) => Object.assign(new Error("copy"), { [Symbol.for(mark)]: true });

describe("markers: instanceof breaks across copies of a package", () => {
  test.for<[string, (value: unknown) => boolean]>([
    ["guard.error", (value) => GuardError.isInstance(value)],
    ["guard.error.circuit-open", (value) => CircuitOpenError.isInstance(value)],
    ["guard.error.call-refused", (value) => CallRefusedError.isInstance(value)],
  ])("%s", ([mark, isInstance]) => {
    expect(isInstance(copy(mark))).toBe(true);
    expect(isInstance(new Error("other"))).toBe(false);
    expect(isInstance(null)).toBe(false);
    expect(isInstance(mark)).toBe(false);
  });

  test("each kind is only itself", () => {
    expect(GuardError.isInstance(refused())).toBe(true);
    expect(CircuitOpenError.isInstance(refused())).toBe(false);
    expect(CallRefusedError.isInstance(stopped())).toBe(false);
  });
});

test.for([["stopped"], ["refused"]])(
  "a %s error says in each framework's way not to retry",
  ([kind]) => {
    const error = kind === "stopped" ? stopped() : refused();
    expect(Reflect.get(error, Symbol.for("langchain.errors.retryable"))).toBe(false);
    expect(error).toMatchObject({ status: 402, isRetryable: false });
  },
);

const hostile = (key: string) =>
  Object.defineProperty(new Error("hostile"), key, {
    get() {
      throw new Error("trap");
    },
  });

const chain = (length: number, end: unknown) => {
  let error = end;
  for (let link = 0; link < length; link += 1) error = { cause: error };
  return error;
};

describe("findCircuitOpen", () => {
  const stop = stopped();
  const cyclic = new Error("cyclic");
  cyclic.cause = cyclic;
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();

  test.for<[where: string, error: unknown]>([
    ["itself", stop],
    ["cause", new Error("x", { cause: stop })],
    ["errors[]", new AggregateError([new Error("y"), stop])],
    ["lastError", { lastError: stop }],
    ["error", { error: stop }],
    ["a mixture", new Error("x", { cause: { errors: [{ lastError: { error: stop } }] } })],
    ["beside a getter that throws", Object.assign(hostile("cause"), { error: stop })],
    [
      "beside a list of 200,000",
      new Error("x", { cause: { errors: Array(200_000).fill(1), error: stop } }),
    ],
    ["behind 500 causes", chain(500, stop)],
  ])("finds it in %s", ([, error]) => {
    expect(findCircuitOpen(error)).toBe(stop);
  });

  test.for<[what: string, error: unknown]>([
    ["nothing", undefined],
    ["a text", "CircuitOpenError"],
    ["another error", new Error("x")],
    ["a refused call", refused()],
    ["a cycle", cyclic],
    ["a getter that throws", hostile("cause")],
    ["a revoked Proxy", proxy],
    ["a chain of 10,000", chain(10_000, null)],
  ])("answers undefined for %s", ([, error]) => {
    expect(findCircuitOpen(error)).toBeUndefined();
  });
});
