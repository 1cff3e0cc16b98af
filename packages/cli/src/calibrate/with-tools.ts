import type { GuardOptions } from "@guard/core";
import type { ToolProposal } from "./propose-policies.ts";

type Declared = Pick<ToolProposal, "tool" | "policy" | "thresholds">;

/** Whether the options can name a tool. Models invent names. */
export function canBeDeclared(tool: string): boolean {
  return tool !== "__proto__";
}

/** The options with more declarations about tools. */
export function withTools(options: GuardOptions, declared: readonly Declared[]): GuardOptions {
  if (declared.length === 0) return options;
  const tools = new Map(Object.entries(options.tools ?? {}));
  for (const { tool, policy, thresholds } of declared) {
    const known = tools.get(tool);
    tools.set(tool, {
      ...known,
      ...(policy === undefined ? {} : { policy }),
      ...(thresholds === undefined ? {} : { thresholds: { ...known?.thresholds, ...thresholds } }),
    });
  }
  return { ...options, tools: Object.fromEntries(tools) };
}
