import { OptionsError, type BreakerSource } from "@guard/core";
import { runsOf, type CheckpointReader, type HandoffOptions } from "@guard/core/adapter";
import { mergeConfigs, type Runnable, type RunnableConfig } from "@langchain/core/runnables";
import type { AgentMiddleware } from "langchain";
import { checkGuardable } from "./check-guardable.ts";
import { checkOnTrip } from "./check-on-trip.ts";
import { GuardCallbackHandler } from "./langchain.ts";
import { makeMiddleware, sourceOf } from "./middleware.ts";

/** How guard watches an agent. */
export type GuardAgentOptions = Pick<HandoffOptions, "handoff">;

/** An agent as `createAgent` makes it. */
export interface MadeAgent {
  options: object;
  readonly graph: object;
  withConfig(config: RunnableConfig): unknown;
}

/** What `guardAgent` returns: the agent's own type. A classic executor becomes the Runnable that it is. */
export type Guarded<A> = A extends MadeAgent
  ? A
  : A extends Runnable<infer Input, infer Output, infer Config>
    ? Runnable<Input, Output, Config>
    : never;

/**
 * Guards an agent: returns an agent of the same type that stops when it loops or is out of budget. The agent that you
 * pass in stays as it is.
 *
 * An agent of `createAgent` gets the {@link GuardCallbackHandler} and the {@link guardMiddleware}, each in its place:
 * `invoke`, `stream`, `streamEvents` and `agent.graph` are guarded, and so is everything that runs inside the agent's
 * tools. An `AgentExecutor` or another Runnable gets the handler. If you guard an agent twice, it is guarded once.
 *
 * With a registry each run has a breaker of its own, so one guarded agent serves all users. With a registry and the
 * agent's `checkpointer` the thread remembers what it has used.
 *
 * @param source the registry; or a breaker, or a function that returns one, for agents that share a budget
 * @param options `handoff` names the tools that hand work to another agent. Default: guard finds them by itself
 * @throws {OptionsError} for anything that is not an agent or not a registry: the message says what to write instead
 *
 * @example
 * const registry = createRegistry({ budget: { usd: 5 } });
 * const agent = guardAgent(createAgent({ model, tools }), registry);
 * await agent.invoke({ messages: "Find the port." });
 */
export function guardAgent<A extends MadeAgent | Runnable>(
  agent: A,
  source: BreakerSource,
  options: GuardAgentOptions = {},
): Guarded<A> {
  checkGuardable(agent, source);
  const handler = new GuardCallbackHandler(source, options);
  const guarded = isMade(agent)
    ? withParts(agent, source, handler)
    : agent.withConfig({ callbacks: [handler] });
  checkOnTrip(runsOf(source));
  return guarded as Guarded<A>;
}

function isMade(agent: MadeAgent | Runnable): agent is MadeAgent {
  return "options" in agent && "graph" in agent;
}

/** What guard reads of an agent that `createAgent` has made. */
interface Insides extends MadeAgent {
  options: { readonly middleware?: readonly AgentMiddleware[]; readonly signal?: AbortSignal };
  readonly graph: { config?: RunnableConfig | undefined; readonly nodes: object };
  checkpointer: unknown;
  store: unknown;
}

/** The agents that this function has guarded, and for which source. */
const guards = new WeakMap<MadeAgent, BreakerSource>();

/**
 * `withConfig` makes a new agent from `this.options`, and keeps the agent's default config. So guard's middleware stands
 * in these options for the length of that call.
 */
function withParts(
  made: MadeAgent,
  source: BreakerSource,
  handler: GuardCallbackHandler,
): MadeAgent {
  if (guards.get(made) === source) return made;
  const agent = made as Insides;
  const { options, checkpointer, store } = agent;
  const middleware = options.middleware ?? [];
  const known = middleware.map(sourceOf).find((one) => one !== undefined);
  if (known !== undefined && known !== source) {
    throw new OptionsError([
      "registry: another registry or breaker guards this agent already. Give each agent only one",
    ]);
  }
  const own = known === undefined ? [middlewareOf(agent, source)] : [];
  let guarded: Insides;
  try {
    agent.options = { ...options, middleware: [...own, ...middleware] };
    guarded = agent.withConfig({}) as Insides;
  } finally {
    agent.options = options;
  }
  // A server may have set these on the agent, and not in its options.
  if (guarded.checkpointer !== checkpointer) guarded.checkpointer = checkpointer;
  if (guarded.store !== store) guarded.store = store;
  guarded.graph.config = mergeConfigs(guarded.graph.config, { callbacks: [handler] });
  // The new agent that `withConfig` makes would have another graph.
  guarded.withConfig = (config) =>
    withParts(agent.withConfig(config) as MadeAgent, source, handler);
  guards.set(guarded, source);
  return guarded;
}

function middlewareOf({ options, checkpointer, graph }: Insides, source: BreakerSource) {
  const { middleware = [], signal } = options;
  return makeMiddleware(
    source,
    { checkpointer: isReader(checkpointer) ? checkpointer : undefined },
    {
      // Where an agent has no tools, a middleware that wraps them would give it a node for tools.
      hasTools: "tools" in graph.nodes,
      wrapsTools: middleware.some(({ wrapToolCall }) => wrapToolCall !== undefined),
      isNearest: !middleware.some(({ wrapModelCall }) => wrapModelCall !== undefined),
      signal,
    },
  );
}

/** A graph's checkpointer may also be `true` or `false`. */
function isReader(checkpointer: unknown): checkpointer is CheckpointReader {
  return typeof (checkpointer as Partial<CheckpointReader> | undefined)?.list === "function";
}
