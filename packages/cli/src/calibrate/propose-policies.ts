import type { ToolPolicy } from "@guard/core";
import type { ToolBehaviour } from "./tool-behaviour.ts";
import { canBeDeclared } from "./with-tools.ts";

/** What to declare about a tool, and why. */
export interface ToolProposal {
  readonly tool: string;
  readonly policy?: ToolPolicy;
  readonly thresholds?: Readonly<Record<string, object>>;
  /** What in the runs speaks for it. */
  readonly because: string;
  /** How many runs speak for it. */
  readonly runs: number;
  /** Runs that guard would stop without this declaration, and lets pass with it. */
  readonly letsPass: readonly string[];
}

/** A tool whose runs show something, but in too few runs. */
export interface ThinTool {
  readonly tool: string;
  /** What the runs show. */
  readonly shows: string;
  readonly runs: number;
  readonly needed: number;
}

const signs = [
  ["polls", "polling", "its answer stays the same and then changes by itself"],
  ["pages", "paging", "the same arguments bring something else each time"],
] as const;

/**
 * The policies of tools whose names tell nothing, or only "reads", where at least `minRuns` honest runs show them. Runs can't
 * show that a tool must not act twice, so guard never proposes `"mutating"`, and not `"read"`.
 */
export function proposePolicies(
  tools: readonly ToolBehaviour[],
  isDeclared: (tool: string) => boolean,
  minRuns: number,
): { readonly proposals: readonly ToolProposal[]; readonly thin: readonly ThinTool[] } {
  const proposals: ToolProposal[] = [];
  const thin: ThinTool[] = [];
  for (const { tool, named, ...shown } of tools) {
    const isOpen = named === "unknown" || named === "read";
    if (!isOpen || isDeclared(tool) || !canBeDeclared(tool)) continue;
    const [sign, policy, because] = signs[shown.polls >= shown.pages ? 0 : 1];
    const runs = shown[sign];
    if (runs === 0) continue;
    if (runs < minRuns) thin.push({ tool, shows: because, runs, needed: minRuns });
    else proposals.push({ tool, policy, because, runs, letsPass: [] });
  }
  return { proposals, thin };
}
