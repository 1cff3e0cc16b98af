import type { BreakerSource } from "@guard/core";
import { checkName, checkOptions, read, UnreportedRun, withMethods } from "@guard/core/adapter";
import { checkClient } from "./check-client.ts";
import { asGuard, hearPastGuard } from "./past-guard.ts";
import { guardTasks } from "./tasks.ts";
import { signalIn, toRefused, toUnanswered, withWarning, type Ask } from "./to-answer.ts";
import { learn, toCall, type Hinted } from "./to-call.ts";

/** An MCP client: of `@modelcontextprotocol/sdk`, of `@modelcontextprotocol/client`, or one of your own with these methods. */
export interface ClientLike {
  readonly callTool: (...args: never[]) => unknown;
  readonly listTools: (...args: never[]) => unknown;
}

/** How guard names a client's calls. */
export interface GuardClientOptions {
  /**
   * The server's name. With `name: "github"` guard calls the server's tool `search` `github__search`: in options, events and
   * refusals. Give it if your loop shows the tools of several servers to the model under such names. Default: the
   * tool's own name.
   */
  readonly name?: string | undefined;
  /** The name of the agent that calls the tools, in events and errors. Default: `"agent"`. */
  readonly agent?: string | undefined;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

const pastGuard =
  "your code calls the MCP client that you gave, which guard does not guard. Use the client that guardClient returns: " +
  "const client = guardClient(new Client({ … }), registry).";

/** The sources of guarded clients. No source guards a client twice. */
const guardedBy = new WeakMap<object, BreakerSource>();

/**
 * Guards the tool calls of an MCP client. **Use the client that it returns**: the given one stays as it is.
 *
 * - A call that guard refuses is not sent. Its result is an error (`isError: true`) whose text tells the model why.
 * - A warning is one more text in the result of a call.
 * - A stopped run rejects each call with an error in which `findCircuitOpen` finds the trip. With `onTrip: "finish"` the
 *   result says so instead.
 *
 * With a registry a call belongs to the run in which your code makes it (of `asRun`, or of any framework that the registry
 * guards). Outside of all runs the calls of this client are one run, which ends after a pause of `idleRunMs`.
 *
 * @param source a registry, a breaker, or a function that gives the breaker of each call
 * @returns a client of the same type that stands for the given one
 * @throws {OptionsError} for a wrong argument or option, and, by calls, for an `onTrip` other than `"throw"` and `"finish"`
 * @throws {CircuitOpenError} by calls of a stopped run
 *
 * @example
 * const client = guardClient(new Client({ name: "my-agent", version: "1.0.0" }), registry);
 * await client.connect(transport);
 * await client.callTool({ name: "search", arguments: { query: "port" } });
 */
export function guardClient<C extends ClientLike>(
  client: C,
  source: BreakerSource,
  options: GuardClientOptions = {},
): C {
  checkClient(client);
  checkOptions(options, ["name", "agent"], 'Write { name: "github" }.');
  const { name, agent } = options;
  checkName(name, "name", 'Write { name: "github" }.');
  checkName(agent, "agent", 'Write { agent: "researcher" }.');
  if (guardedBy.has(client) && guardedBy.get(client) === source) return client;
  const run = new UnreportedRun(source, { exits: ["finish"] });
  const hinted: Hinted = new Map();
  const methods = client as unknown as Record<"callTool" | "listTools" | "request", Method>;

  const ask: Ask = async (params) => {
    const asking = run.agent(agent);
    return { agent: asking, ...(await asking.start(toCall(params, name, hinted))) };
  };

  const isInUse = guardedBy.has(client)
    ? undefined
    : hearPastGuard(client, () => {
        const { run: one, name: caller } = run.agent(agent);
        one.misplaced("unguarded", caller, pastGuard);
      });

  const call = async (params: unknown, rest: readonly unknown[], send: () => Promise<unknown>) => {
    isInUse?.();
    const asked = await ask(params);
    if (asked.refused !== undefined) return toRefused(asked);
    let result: unknown;
    try {
      result = await send();
    } catch (error) {
      await asked.agent.end(asked.key, toUnanswered(error, signalIn(rest)));
      throw error;
    }
    await asked.agent.end(asked.key, { status: "success", result });
    return withWarning(result, asked);
  };

  const list = async (params: unknown, send: () => Promise<unknown>) => {
    const tools = await send();
    learn(hinted, params, tools);
    return tools;
  };

  const callTool: Method = (params, ...rest) =>
    call(params, rest, () => asGuard(() => methods.callTool(params, ...rest)));
  const listTools: Method = (params, ...rest) =>
    list(params, () => methods.listTools(params, ...rest));
  const request: Method = (asked, ...rest) => {
    const send = () => methods.request(asked, ...rest);
    const params = read(asked, "params");
    if (read(asked, "method") === "tools/call") return call(params, rest, send);
    return read(asked, "method") === "tools/list" ? list(params, send) : send();
  };

  const experimental = guardTasks(read(client, "experimental"), ask);
  const own = withMethods(client, { callTool, listTools, request, ...experimental });
  guardedBy.set(own, source);
  return own;
}
