import type { GuardOptions } from "@guard/core";
import { isHonest, stopOf, usesTool, type JudgedRun } from "./judged-run.ts";
import type { ToolProposal } from "./propose-policies.ts";
import { withTools } from "./with-tools.ts";

/** A declaration that guard leaves out of the config, because it would change how runs are judged. */
export interface Doubt {
  readonly proposal: ToolProposal;
  /** Honest runs that guard would stop with it. */
  readonly stops: readonly string[];
  /** Runs that guard would no longer stop with it, and that no person has judged as honest. */
  readonly frees: readonly string[];
}

/** Keeps the declarations with which no honest run is stopped, and no stopped run is let through. */
export function provePolicies(
  proposals: readonly ToolProposal[],
  judged: readonly JudgedRun[],
  options: GuardOptions,
): { readonly proven: readonly ToolProposal[]; readonly doubts: readonly Doubt[] } {
  const proven: ToolProposal[] = [];
  const doubts: Doubt[] = [];
  for (const proposal of proposals) {
    const changed = withTools(options, [...proven, proposal]);
    const users = judged.filter((one) => usesTool(one, proposal.tool));
    const isNew = users.filter(
      ({ run, stop }) => (stop === undefined) !== (stopOf(run, changed) === undefined),
    );
    const stops = isNew.filter((one) => one.stop === undefined && isHonest(one));
    const freed = isNew.filter(({ stop }) => stop !== undefined);
    const frees = freed.filter((one) => !isHonest(one));
    if (stops.length > 0 || frees.length > 0) {
      doubts.push({ proposal, stops: idsOf(stops), frees: idsOf(frees) });
    } else proven.push({ ...proposal, letsPass: idsOf(freed) });
  }
  return { proven, doubts };
}

function idsOf(judged: readonly JudgedRun[]): readonly string[] {
  return judged.map(({ run }) => run.id);
}
