import { checkFunction } from "../options/check-value.ts";
import { received } from "../options/received.ts";
import { CircuitRefusalError } from "../vocabulary/circuit-refusal.ts";
import { GuardError } from "../vocabulary/errors.ts";
import { findCircuitOpen } from "../vocabulary/find-circuit-open.ts";
import { findCircuitRefusal } from "../vocabulary/find-circuit-refusal.ts";
import { hasMark, mark } from "../vocabulary/marks.ts";
import type { FailureCircuit } from "./failure-circuit.ts";
import { judgeError } from "./judge-error.ts";

/** What a route gets beside the input. */
export interface RouteContext {
  /** The caller's signal. */
  readonly signal: AbortSignal | undefined;
  /** The routes that did not answer, in order, each with its error. */
  readonly failed: readonly FailedRoute[];
}

/** A route that did not answer. */
export interface FailedRoute {
  readonly name: string;
  /** A `CircuitRefusalError` if the route's circuit refused the call, else the error of the call. */
  readonly error: unknown;
}

/** A way to answer, behind a failure circuit. */
export interface CircuitRoute<Input, Answer, Name extends string = string> {
  readonly circuit: FailureCircuit<Name>;
  readonly call: (input: Input, context: RouteContext) => Answer | PromiseLike<Answer>;
}

/** A way to answer without a circuit, for the last place: a queue for people, a cache, a fixed text. */
export interface LastRoute<Input, Answer, Name extends string = string> {
  readonly name: Name;
  readonly call: (input: Input, context: RouteContext) => Answer | PromiseLike<Answer>;
}

type AnyRoute = CircuitRoute<never, unknown> | LastRoute<never, unknown>;

type InputOf<Routes extends readonly AnyRoute[]> = Routes[number] extends {
  readonly call: (input: infer Input, context: RouteContext) => unknown;
}
  ? Input
  : never;

type NameOf<Route> = Route extends { readonly circuit: FailureCircuit<infer Name> }
  ? Name
  : Route extends { readonly name: infer Name }
    ? Name
    : never;

type AnswerOf<Route> = Route extends AnyRoute
  ? {
      /** The name of the route that answered. */
      readonly by: NameOf<Route>;
      readonly answer: Awaited<ReturnType<Route["call"]>>;
      /** The routes before it, which did not answer. */
      readonly failed: readonly FailedRoute[];
    }
  : never;

/** Options of one call of a failover. */
export interface FailoverOptions {
  /** After an abort no further route is tried. */
  readonly signal?: AbortSignal | undefined;
}

const failedMark = Symbol.for("guard.error.failover-failed");

/** No route of a failover answered. */
export class FailoverError extends GuardError {
  override readonly name = "FailoverError";
  /** The routes in order, each with its error. */
  readonly failed: readonly FailedRoute[];
  /** The errors of the routes, in order. Frameworks and guard look for causes here. */
  readonly errors: readonly unknown[];
  /** When the first circuit may let a call through again, in milliseconds. `undefined` if no circuit has said so. */
  readonly retryAfterMs: number | undefined;

  constructor(failed: readonly FailedRoute[]) {
    const names = failed.map(({ name }) => name.slice(0, 100)).join(", ");
    super("GUARD_FAILOVER_FAILED", `none of the routes answered: ${names}`, {
      cause: failed.at(-1)?.error,
    });
    this.failed = failed;
    this.errors = failed.map(({ error }) => error);
    const waits = this.errors.flatMap((error) =>
      CircuitRefusalError.isInstance(error) ? (error.retryAfterMs ?? []) : [],
    );
    this.retryAfterMs = waits.length === 0 ? undefined : Math.min(...waits);
    mark(this, failedMark, true);
  }

  static override isInstance(value: unknown): value is FailoverError {
    return hasMark(value, failedMark);
  }
}

/**
 * Returns a function that asks one route after the other until one answers. It goes on to the next route if a circuit
 * refuses the call, or if the call fails. An error that does not count as a failure, such as an excluded one or an abort, is
 * thrown at once: another route could not answer the same call any better. The refusal of a circuit inside the call, such as
 * the circuit of its provider, leads to the next route, too.
 *
 * If no route answers, the function rejects with a {@link FailoverError}.
 *
 * @throws {TypeError} for a list without routes, and for what is no route
 *
 * @example
 * const ask = failover([
 *   { circuit: openai, call: (prompt: string) => gpt(prompt) },
 *   { circuit: anthropic, call: (prompt: string) => claude(prompt) },
 *   registry.humanQueue<string, string>({ name: "support" }),
 * ]);
 * const { answer, by } = await ask("Where is my order?");
 */
export function failover<const Routes extends readonly AnyRoute[]>(
  routes: Routes,
): (input: InputOf<Routes>, options?: FailoverOptions) => Promise<AnswerOf<Routes[number]>> {
  checkRoutes(routes);
  return async (input, { signal } = {}) => {
    const failed: FailedRoute[] = [];
    for (const route of routes) {
      signal?.throwIfAborted();
      const by = nameOf(route);
      const context: RouteContext = { signal, failed: [...failed] };
      const tried = await tryRoute(route, () => route.call(input as never, context), signal);
      if ("answer" in tried) {
        return { by, answer: tried.answer, failed } as unknown as AnswerOf<Routes[number]>;
      }
      failed.push({ name: by, error: tried.error });
    }
    throw new FailoverError(failed);
  };
}

type Tried = { readonly answer: unknown } | { readonly error: unknown };

/** Returns the answer, or the error that sends the call to the next route. Throws any other error. */
async function tryRoute(
  route: AnyRoute,
  call: () => unknown,
  signal: AbortSignal | undefined,
): Promise<Tried> {
  let failed: Tried | undefined;
  const fallback = (error: unknown) => void (failed = { error });
  try {
    const answer = await ("circuit" in route
      ? route.circuit.call(call, { fallback, onFailure: true, signal })
      : call());
    return failed ?? { answer };
  } catch (error) {
    const counts = !("circuit" in route) && judgeError(error, everyError, signal) === "failure";
    if (counts || isUnanswered(error)) return { error };
    throw error;
  }
}

const everyError = { excluded: [], isFailure: () => true };

/** Whether a circuit inside the call refused it, or no route of a failover inside the call answered. */
function isUnanswered(error: unknown): boolean {
  if (findCircuitOpen(error) !== undefined) return false;
  return FailoverError.isInstance(error) || findCircuitRefusal(error) !== undefined;
}

function nameOf(route: AnyRoute): string {
  return "circuit" in route ? route.circuit.name : route.name;
}

function checkRoutes(routes: unknown): void {
  if (!Array.isArray(routes) || routes.length === 0) {
    throw new TypeError(`failover: expected a list of routes, received ${received(routes)}`);
  }
  for (const [index, route] of routes.entries()) {
    const at = `failover[${index}]`;
    const isObject = typeof route === "object" && route !== null;
    if (!isObject || !("circuit" in route || "name" in route)) {
      throw new TypeError(
        `${at}: expected { circuit, call } or { name, call }, received ${received(route)}`,
      );
    }
    if ("enter" in route) {
      throw new TypeError(
        `${at}: a circuit is no route (write { circuit, call: (input) => client.request(input) })`,
      );
    }
    checkFunction(
      (route as { call?: unknown }).call,
      `${at}.call`,
      "call: (input) => client.request(input)",
    );
  }
}
