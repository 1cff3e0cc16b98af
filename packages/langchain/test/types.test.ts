// The middleware leaves the types of an agent as they are: its state, its structured response, its tools.
import { createRegistry } from "@guard/core";
import type { OverrideOptions, TripReport } from "@guard/core";
import { tool } from "@langchain/core/tools";
import type { AgentExecutor } from "@langchain/classic/agents";
import { createAgent, createMiddleware, type ReactAgent } from "langchain";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { scriptedModel } from "guard-test-support/langchain";
import {
  guardAgent,
  GuardCallbackHandler,
  type HandoffReader,
  guardMiddleware,
  type TripDecision,
  type TripQuestion,
} from "../src/index.ts";

const model = scriptedModel(() => "It is 8080.");
const guard = guardMiddleware(createRegistry());
const search = tool(({ q }) => q.length, {
  name: "search",
  description: "Searches.",
  schema: z.object({ q: z.string() }),
});
const counting = createMiddleware({
  name: "Counting",
  stateSchema: z.object({ visits: z.number().default(0) }),
  contextSchema: z.object({ user: z.string() }),
  tools: [search],
});

type Result<Agent> = Agent extends { invoke: (...parts: never[]) => infer Given }
  ? Awaited<Given>
  : never;
type Input<Agent> = Agent extends { invoke: (state: infer State, ...more: never[]) => unknown }
  ? State
  : never;
type Tools<Agent> = Agent extends ReactAgent<infer Types> ? Types["Tools"] : never;

describe("an agent with guard's middleware is given, and gives, the same as without", () => {
  test("a plain one", () => {
    const without = createAgent({ model, tools: [search] });
    const guarded = createAgent({ model, tools: [search], middleware: [guard] });
    expectTypeOf<Result<typeof guarded>>().toEqualTypeOf<Result<typeof without>>();
    expectTypeOf<Input<typeof guarded>>().toEqualTypeOf<Input<typeof without>>();
    expectTypeOf<Result<typeof guarded>>().not.toBeAny();
    expectTypeOf<Tools<typeof guarded>>().toEqualTypeOf<Tools<typeof without>>();
    expectTypeOf<Tools<typeof guarded>[0]>().toEqualTypeOf<typeof search>();
  });

  test("with a state, a context and tools that other middleware brings", () => {
    const without = createAgent({ model, tools: [], middleware: [counting] });
    const before = createAgent({ model, tools: [], middleware: [guard, counting] });
    const behind = createAgent({ model, tools: [], middleware: [counting, guard] });
    expectTypeOf<Result<typeof before>>().toEqualTypeOf<Result<typeof without>>();
    expectTypeOf<Result<typeof behind>>().toEqualTypeOf<Result<typeof without>>();
    expectTypeOf<Result<typeof behind>["visits"]>().toEqualTypeOf<number>();
    expectTypeOf<Input<typeof before>>().toEqualTypeOf<Input<typeof without>>();
    expectTypeOf<Tools<typeof before>>().toEqualTypeOf<Tools<typeof without>>();
  });

  test("with a state of its own and a structured response", () => {
    const given = {
      model,
      tools: [search],
      stateSchema: z.object({ customer: z.string() }),
      responseFormat: z.object({ port: z.number() }),
    };
    const without = createAgent(given);
    const guarded = createAgent({ ...given, middleware: [guard] });
    expectTypeOf<Result<typeof guarded>>().toEqualTypeOf<Result<typeof without>>();
    expectTypeOf<Result<typeof guarded>["structuredResponse"]>().toEqualTypeOf<{ port: number }>();
    expectTypeOf<Result<typeof guarded>["customer"]>().toEqualTypeOf<string>();
  });

  test("and what guard keeps is neither given to it nor by it", () => {
    const guarded = createAgent({ model, tools: [], middleware: [guard] });
    expectTypeOf<Result<typeof guarded>>().toHaveProperty("messages");
    expectTypeOf<Result<typeof guarded>>().not.toHaveProperty("_guard");
    // @ts-expect-error the record is guard's own
    const giving = () => guarded.invoke({ messages: "Hi.", _guard: {} });
    expectTypeOf(giving).toBeFunction();
  });
});

const registry = createRegistry();
const agentOf = () => createAgent({ model, tools: [] });
const mistakes = () => [
  // @ts-expect-error options are no agent
  guardAgent({ model, tools: [] }, registry),
  // @ts-expect-error nor is a promise
  guardAgent(Promise.resolve(agentOf()), registry),
  // @ts-expect-error there must be a registry
  guardAgent(agentOf()),
  // @ts-expect-error options of guard are no registry
  guardAgent(agentOf(), { budget: { usd: 5 } }),
];
const guardExecutor = (executor: AgentExecutor) => guardAgent(executor, registry);

describe("guardAgent keeps the type of what it guards", () => {
  test("of an agent with a state, a context, tools and a structured response", () => {
    const made = createAgent({
      model,
      tools: [search],
      middleware: [counting],
      stateSchema: z.object({ customer: z.string() }),
      responseFormat: z.object({ port: z.number() }),
      contextSchema: z.object({ tenant: z.string() }),
    });
    const guarded = guardAgent(made, registry);
    expectTypeOf(guarded).toEqualTypeOf(made);
    expectTypeOf(guarded).not.toBeAny();
    type Given = Result<typeof guarded>;
    expectTypeOf<Given["structuredResponse"]>().toEqualTypeOf<{ port: number }>();
    expectTypeOf<Given["customer"]>().toEqualTypeOf<string>();
    expectTypeOf<Given["visits"]>().toEqualTypeOf<number>();
    // @ts-expect-error the context has a tenant
    const wrong = () => guarded.invoke({ messages: "Hi." }, { context: { tenant: 1 } });
    expectTypeOf(wrong).toBeFunction();
  });

  test("an AgentExecutor becomes the Runnable that it is", () => {
    type Guarded = ReturnType<typeof guardExecutor>;
    expectTypeOf<Parameters<Guarded["invoke"]>[0]>().toEqualTypeOf<
      Parameters<AgentExecutor["invoke"]>[0]
    >();
    expectTypeOf<Result<Guarded>>().toEqualTypeOf<Result<AgentExecutor>>();
  });

  test("and refuses what is no agent or no registry", () => {
    expectTypeOf(mistakes).toBeFunction();
  });
});

test("what a human is asked, and answers", () => {
  expectTypeOf<TripQuestion>().toEqualTypeOf<{
    readonly guard: "trip";
    readonly text: string;
    readonly trip: TripReport | undefined;
  }>();
  expectTypeOf<TripDecision>().toEqualTypeOf<
    "stop" | OverrideOptions | readonly OverrideOptions[]
  >();
});

test("the option handoff reads a call", () => {
  expectTypeOf(GuardCallbackHandler).toBeConstructibleWith(createRegistry(), {
    handoff: ({ tool: name, args }) => (name === "ask" ? { to: "bob", task: args } : undefined),
  });
  expectTypeOf<ReturnType<HandoffReader>>().not.toBeAny();
});
