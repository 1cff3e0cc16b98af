import { expect, test } from "vitest";
import { createBreaker } from "../src/breaker/breaker.ts";
import { attachStop } from "../src/vocabulary/attach-stop.ts";
import type { CircuitOpenError } from "../src/vocabulary/errors.ts";
import { findCircuitOpen } from "../src/vocabulary/find-circuit-open.ts";
import { trip } from "./support/breakers.ts";

function stopped(): CircuitOpenError {
  const lane = createBreaker().agent();
  return lane.toError(trip(lane)) as CircuitOpenError;
}

const limit = () => new Error("Recursion limit of 25 reached");
const hostile = () =>
  new Proxy(limit(), {
    get: () => {
      throw new Error("get");
    },
    defineProperty: () => {
      throw new Error("defineProperty");
    },
  });

test.for([
  ["an error", limit],
  ["an error whose cause is undefined", () => new Error("x", { cause: undefined })],
  ["an error with a cause of its own", () => new Error("x", { cause: new Error("network") })],
  ["a frozen error", () => Object.freeze(limit())],
  ["a sealed error", () => Object.seal(limit())],
  ["an error that throws where it is read", hostile],
  ["an object that was thrown", () => ({ message: "limit" })],
] as const)("the stop is found behind %s", ([, make]) => {
  const stop = stopped();
  const error = make();
  attachStop(error, stop);
  expect(findCircuitOpen(error)).toBe(stop);
  expect(findCircuitOpen(new Error("wrapped", { cause: error }))).toBe(stop);
});

test("an error says the same as before, and keeps its own cause", () => {
  const [error, own] = [limit(), new Error("x", { cause: "network" })];
  for (const one of [error, own]) attachStop(one, stopped());
  expect(Object.keys(error)).toEqual([]);
  expect(own.cause).toBe("network");
});

test("the stop that is there already stays", () => {
  const [first, second] = [stopped(), stopped()];
  const error = new AggregateError([first]);
  attachStop(error, second);
  attachStop(first, second);
  expect(error.cause).toBeUndefined();
  expect(findCircuitOpen(error)).toBe(first);
});

test.for([[undefined], [null], ["text"], [7]])(
  "attachStop leaves anything but an error alone: %o",
  ([error]) => {
    expect(() => attachStop(error, stopped())).not.toThrow();
    expect(findCircuitOpen(error)).toBeUndefined();
  },
);
