import { OptionsError, type BreakerSource } from "@guard/core";
import { read, UnreportedRun, withMethods } from "@guard/core/adapter";
import { guardTasks } from "./tasks.ts";
import { signalIn, toRefused, toUnanswered, withWarning, type Ask } from "./to-answer.ts";
import { learn, toCall, type Hinted } from "./to-call.ts";

/** What guard uses of a client: that of any version of the SDK has it. */
export interface ClientLike {
  readonly callTool: (...args: never[]) => unknown;
  readonly listTools: (...args: never[]) => unknown;
}

/** How guard knows a client's calls. */
export interface GuardClientOptions {
  /**
   * The server's name. Guard then knows its tool `search` as `github__search`, in options, events and refusals, as loops
   * over several servers show it to the model. Default: the tool's own name.
   */
  readonly name?: string | undefined;
  /** The agent that calls. Default: `"agent"`. */
  readonly agent?: string | undefined;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;

/** The sources of guarded clients: no client is guarded twice by one. */
const guardedBy = new WeakMap<object, BreakerSource>();

/**
 * The same MCP client, guarded: guard is asked before each tool call, and told what came back. A refused call is not
 * sent; its result is an error that says why, for the model to read. A warning is a further text of the result.
 *
 * Given a registry, the calls belong to the registry's run in which they are made; outside of all runs, to a run of this
 * client's own, which a pause of `idleRunMs` ends.
 *
 * @throws {OptionsError} for what is no source, and bad options; and, by calls, for an `onTrip` other than `"throw"` and `"finish"`
 * @throws {CircuitOpenError} by calls, when the run is, or was, stopped: nothing is sent. With `onTrip: "finish"` it is
 *   a result that says so
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
  check(options);
  const { name, agent } = options;
  if (guardedBy.get(client) === source) return client;
  const run = new UnreportedRun(source, { exits: ["finish"] });
  const hinted: Hinted = new Map();
  const methods = client as unknown as Record<"callTool" | "listTools" | "request", Method>;

  const ask: Ask = async (params) => {
    const asking = run.agent(agent);
    return { agent: asking, ...(await asking.start(toCall(params, name, hinted))) };
  };

  const call = async (params: unknown, rest: readonly unknown[], send: () => Promise<unknown>) => {
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
    call(params, rest, () => methods.callTool(params, ...rest));
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

/** @throws {OptionsError} naming every bad option */
function check({ name, agent, ...rest }: GuardClientOptions): void {
  const faults = Object.keys(rest).map((key) => `${key}: unknown option`);
  for (const [key, value] of Object.entries<unknown>({ name, agent })) {
    if (value === undefined || (typeof value === "string" && value !== "")) continue;
    faults.push(`${key}: expected a text that is not empty`);
  }
  if (faults.length > 0) throw new OptionsError(faults);
}
