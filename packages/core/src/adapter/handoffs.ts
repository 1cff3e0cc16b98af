import { setBounded } from "../collections/bounded-map.ts";
import type { Call, ToolCall } from "../vocabulary/call.ts";
import { noSuchOption } from "../options/fault-of.ts";
import { received } from "../options/received.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import { soundCall } from "./sound-call.ts";

/** Work that a tool call hands to another agent. */
export interface Handoff {
  readonly to: string;
  /** The task. Default: the call's arguments; if they say nothing, the last message that the agent will see. */
  readonly task?: unknown;
}

/** Returns the hand-off of a tool call. `undefined` for a call that hands nothing over. */
export type HandoffReader = (call: ToolCall) => Handoff | undefined;

/** How to tell hand-offs from other tool calls. */
export interface HandoffOptions {
  /**
   * Returns the hand-off of a tool call. Default: tools called `transfer_to_…`, as supervisors and swarms name them,
   * and tools inside which an agent with a name has run.
   */
  readonly handoff?: HandoffReader | undefined;
  /** The names of agents, if tools write them differently. guard knows agents that have run. */
  readonly agents?: readonly string[] | undefined;
}

/** Names of tools come from models, so guard forgets the oldest. */
const maxTools = 1_000;

/** Knows which tools hand work to agents: the user says so, or guard has seen it. */
export class Handoffs {
  readonly #read: HandoffReader;
  /** The agent that has run inside a tool. If several have, the tool's own name stands for them. */
  readonly #seen = new Map<string, string>();
  /** The names of agents, by the names that tools write. */
  readonly #agents = new Map<string, string>();

  /** @throws {OptionsError} naming every bad option */
  constructor({ handoff = transferTools, agents = [], ...rest }: HandoffOptions = {}) {
    const faults = Object.keys(rest).map((key) => noSuchOption(key, ["handoff", "agents"]));
    if (typeof handoff !== "function") {
      faults.push(`handoff: expected a function, received ${received(handoff)}`);
    }
    if (!Array.isArray(agents)) {
      faults.push(`agents: expected a list of names, received ${received(agents)}`);
    }
    if (faults.length > 0) throw new OptionsError(faults);
    this.#read = handoff;
    for (const name of agents) this.seeAgent(name);
  }

  /** An agent of that name takes part. */
  seeAgent(name: string): void {
    setBounded(this.#agents, asInTools(name), name, maxTools);
  }

  /** An agent runs inside a tool. */
  seeInside(tool: string, agent: string): void {
    const known = this.#seen.get(tool) ?? agent;
    setBounded(this.#seen, tool, known === agent ? agent : tool, maxTools);
  }

  /** The call as guard judges it: a tool that hands work over is a delegation. */
  toCall(asked: ToolCall, lastSaid?: string): Call {
    const call = soundCall(asked);
    const handoff = this.#read(call) ?? this.#seenIn(call);
    if (handoff === undefined) return call;
    const { id, estimate, args } = call;
    const task = handoff.task ?? (saysNothing(args) ? (lastSaid ?? args) : args);
    return {
      kind: "delegation",
      to: this.#agents.get(asInTools(handoff.to)) ?? handoff.to,
      ...(task === undefined ? {} : { task }),
      ...(id === undefined ? {} : { id }),
      ...(estimate === undefined ? {} : { estimate }),
    };
  }

  #seenIn({ tool }: ToolCall): Handoff | undefined {
    const to = this.#seen.get(tool);
    return to === undefined ? undefined : { to };
  }
}

/** Hand-offs as supervisors and swarms name them. Agents return without a tool call. */
const transferTools: HandoffReader = ({ tool }) => {
  const to = /^transfer_to_(.+)$/.exec(tool)?.[1];
  return to === undefined ? undefined : { to };
};

/** A name as hand-off tools write it. */
function asInTools(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, "_");
}

function saysNothing(args: unknown): boolean {
  if (args === undefined || args === null) return true;
  const text = typeof args === "string" ? args : JSON.stringify(args);
  return text.trim() === "" || text === "{}" || text === '{"input":""}';
}
