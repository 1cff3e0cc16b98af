import { OptionsError, type Call, type ToolCall } from "@guard/core";
import { setBounded, toDelegation } from "@guard/core/adapter";

/** Work that a tool call hands to another agent. */
export interface Handoff {
  readonly to: string;
  /** Default: the call's arguments. */
  readonly task?: unknown;
}

/** Tells hand-offs from other tool calls; `undefined` for a call that is none. */
export type HandoffReader = (call: ToolCall) => Handoff | undefined;

/** How hand-offs are told from other tool calls. */
export interface HandoffOptions {
  /** Default: tools are known for what they are once an agent with a name has run inside them. */
  readonly handoff?: HandoffReader | undefined;
}

const maxTools = 1_000;

/** Which tools hand work to agents: as somebody says, or as was seen. */
export class Handoffs {
  readonly #read: HandoffReader | undefined;
  /** The agent that has run inside a tool; where several have, the tool's own name stands for them. */
  readonly #seen = new Map<string, string>();

  /** @throws {OptionsError} for options that are none */
  constructor({ handoff, ...rest }: HandoffOptions = {}) {
    const faults = Object.keys(rest).map((key) => `${key}: unknown option`);
    if (handoff !== undefined && typeof handoff !== "function") {
      faults.push(`handoff: expected a function, received ${typeof handoff}`);
    }
    if (faults.length > 0) throw new OptionsError(faults);
    this.#read = handoff;
  }

  /** An agent runs inside a tool. */
  see(tool: string, agent: string): void {
    const known = this.#seen.get(tool) ?? agent;
    setBounded(this.#seen, tool, known === agent ? agent : tool, maxTools);
  }

  /** A call as the breaker is asked for it: a tool that hands work over is a delegation. */
  toCall(call: Call): Call {
    const handoff = call.kind === "tool" ? this.#handoffIn(call) : undefined;
    if (call.kind !== "tool" || handoff === undefined) return call;
    return toDelegation(call, handoff.to, handoff.task ?? call.args);
  }

  #handoffIn(call: ToolCall): Handoff | undefined {
    const told = this.#read?.(call);
    if (told !== undefined) return told;
    const to = this.#seen.get(call.tool);
    return to === undefined ? undefined : { to };
  }
}
