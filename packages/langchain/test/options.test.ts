// What can't work is refused where it is written, with what was expected and what was received.
import {
  createBreaker,
  createRegistry,
  OptionsError,
  type Breaker,
  type BreakerSource,
} from "@guard/core";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { createAgent, type AgentMiddleware } from "langchain";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel } from "guard-test-support/langchain";
import {
  GuardCallbackHandler,
  guardMiddleware,
  type GuardMiddlewareOptions,
} from "../src/index.ts";
import { question } from "./support/runners.ts";

quietHandlerErrors();

const answering = () => scriptedModel(() => "It is 8080.");

/** What another version of the package has made, or what was made before there were versions. */
const ofContract = (contract: unknown, made: object) =>
  Object.assign({}, made, { [Symbol.for("guard.contract")]: contract });
const agent = () => ({});

function faultsOf(make: () => unknown): readonly string[] {
  try {
    make();
    return [];
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return error.faults;
  }
}

const parts = [
  {
    part: "GuardCallbackHandler",
    make: (source: BreakerSource) => new GuardCallbackHandler(source),
  },
  { part: "guardMiddleware", make: (source: BreakerSource) => guardMiddleware(source) },
];

describe.each(parts)("$part", ({ make }) => {
  const expected = "source: expected a registry, a breaker or a function that gives one, received";
  const version = "source: another version of @guard/core has made it (contract";
  test.for<[what: string, source: unknown, fault: string]>([
    ["nothing", undefined, `${expected} undefined`],
    ["null", null, `${expected} null`],
    ["options", { budget: { usd: 5 } }, `${expected} an object`],
    ["a text", "registry", `${expected} "registry"`],
    [
      "a handler",
      new GuardCallbackHandler(createRegistry()),
      `${expected} an instance of GuardCallbackHandler`,
    ],
    ["a registry of another version", ofContract(2, { breaker: agent }), `${version} 2`],
    ["a breaker of another version", ofContract(2, { agent }), `${version} 2`],
    ["a breaker without a version", { agent }, `${version} undefined`],
  ])("refuses %s", ([, source, fault]) => {
    const [first = "", ...more] = faultsOf(() => make(source as BreakerSource));
    expect(first.startsWith(fault)).toBe(true);
    expect(more).toEqual([]);
  });

  test.for([
    ["a registry", createRegistry()],
    ["a breaker", createBreaker()],
    ["a function", () => createBreaker()],
  ] as const)("takes %s", ([, source]) => {
    expect(faultsOf(() => make(source))).toEqual([]);
  });
});

describe("what a function gives is looked at in each run, and no model is asked", () => {
  test.for<[what: string, given: unknown, fault: string]>([
    [
      "nothing",
      undefined,
      "the function that you gave to guard must return a breaker; it returned undefined",
    ],
    [
      "a registry",
      createRegistry(),
      "the function that you gave to guard must return a breaker; it returned a registry",
    ],
    [
      "another version",
      ofContract(2, { agent }),
      "another version of @guard/core has made it (contract 2; this version has contract 1)",
    ],
  ])("%s", async ([, given, fault]) => {
    const model = answering();
    const callbacks = [new GuardCallbackHandler(() => given as Breaker)];
    const { error } = await ending(() =>
      createAgent({ model, tools: [] }).invoke(question, { callbacks }),
    );
    expect(String(error)).toContain(fault);
    expect(model.callCount).toBe(0);
  });
});

const fault = (field: string) =>
  `${field}: expected true, received false; LangChain would swallow what guard throws`;

describe("a handler that LangChain would not obey", () => {
  test.for(["raiseError", "awaitHandlers"] as const)("%s can't be turned off", (field) => {
    const handler = new GuardCallbackHandler(createRegistry());
    expect(faultsOf(() => (handler[field] = false))).toEqual([fault(field)]);
    expect(handler[field]).toBe(true);
    expect(faultsOf(() => (handler[field] = true))).toEqual([]);
  });

  test("a subclass can't turn them off either", () => {
    class Quiet extends GuardCallbackHandler {
      constructor() {
        super(createRegistry());
        this.raiseError = false;
      }
    }
    class QuietField extends GuardCallbackHandler {
      override raiseError = false;
    }
    expect(faultsOf(() => new Quiet())).toEqual([fault("raiseError")]);
    expect(() => new QuietField(createRegistry())).toThrow(/raiseError/);
  });

  test("its copy is the handler itself", () => {
    const handler = new GuardCallbackHandler(createRegistry());
    expect(handler.copy()).toBe(handler);
  });

  test("a copy field by field hears nothing: the middleware says so, and no model is asked", async () => {
    const model = answering();
    const registry = createRegistry();
    // oxlint-disable-next-line typescript/no-misused-spread -- that is the mistake
    const copy = { ...new GuardCallbackHandler(registry) } as unknown as BaseCallbackHandler;
    const middleware = [guardMiddleware(registry)] as AgentMiddleware[];
    const { error } = await ending(() =>
      createAgent({ model, tools: [], middleware }).invoke(question, { callbacks: [copy] }),
    );
    expect(String(error)).toContain(
      "callbacks: expected the GuardCallbackHandler itself, received a copy that hears nothing",
    );
    expect(model.callCount).toBe(0);
  });
});

describe("options of the middleware", () => {
  test.for<[options: unknown, faults: readonly string[]]>([
    [
      { exitBehavior: "continue", extra: 1 },
      [
        "extra: there is no such option (there are exitBehavior, checkpointer)",
        'exitBehavior: expected error or end, received "continue"',
      ],
    ],
    [{ exitBehavior: null }, ["exitBehavior: expected error or end, received null"]],
    [{ exitBehavior: {} }, ["exitBehavior: expected error or end, received an object"]],
    [{ checkpointer: {} }, ["checkpointer: expected a checkpointer, received an object"]],
    [{ checkpointer: true }, ["checkpointer: expected a checkpointer, received true"]],
    [{ exitBehavior: undefined, checkpointer: undefined }, []],
  ])("%j", ([options, faults]) => {
    const make = () => guardMiddleware(createBreaker(), options as GuardMiddlewareOptions);
    expect(faultsOf(make)).toEqual(faults);
  });
});
