import { presets, type GuardOptions, type Ladder } from "@guard/core";
import { isHonest, stopOf, usesTool, type JudgedRun, type Stop } from "./judged-run.ts";
import type { ToolProposal } from "./propose-policies.ts";
import { canBeDeclared, withTools } from "./with-tools.ts";

/** Honest runs that guard would stop, also with the proposed options. */
export interface StillStopped {
  readonly tool: string | null;
  readonly rule: string | null;
  readonly runs: readonly string[];
  /** What to declare by hand, if the runs were honest. */
  readonly cure: string | null;
  /** `few`: too few runs. `loops`: each change lets other stopped runs pass. `effects`: the call acts in the world. */
  readonly why: "few" | "loops" | "effects";
}

/** How much later a rule may act. A larger factor would hide loops. */
const factors = [1.5, 2, 3] as const;

/**
 * Declares what lets the runs pass that a person calls honest and that guard would stop: the smallest change that lets no
 * other stopped run pass. It never lets a call with effects in the world run more often: a payment that is made nine times
 * costs more than a line in the options.
 *
 * @param proven declarations that are in the config already
 * @param minRuns how many runs must speak for a change
 */
export function letHonestPass(
  judged: readonly JudgedRun[],
  options: GuardOptions,
  proven: readonly ToolProposal[],
  minRuns: number,
): { readonly declared: readonly ToolProposal[]; readonly stillStopped: readonly StillStopped[] } {
  const others = judged.filter((one) => one.stop !== undefined && !isHonest(one));
  const honest = judged.filter(({ stop, label }) => stop !== undefined && label === "honest");
  const stillStopped: StillStopped[] = [];
  let declared = proven;
  let waiting = honest;
  // A later change never takes back an earlier one, so this ends. The bound is for safety.
  for (let step = 0; step < 100 && waiting.length > 0; step += 1) {
    const now = withTools(options, declared);
    const stops = waiting.flatMap((one) => {
      const stop = stopOf(one.run, now);
      return stop === undefined ? [] : [{ one, stop }];
    });
    const [first] = stops;
    if (first === undefined) break;
    const group = stops.filter(({ stop }) => isSame(stop, first.stop));
    const limit =
      first.stop.rule === "mutation" ? "effects" : group.length < minRuns ? "few" : undefined;
    const rivals = others.filter(
      (one) => usesTool(one, first.stop.tool ?? "") && stopOf(one.run, now) !== undefined,
    );
    const isBetter = (change: ToolProposal) => {
      const changed = withTools(options, [...declared, change]);
      return (
        group.every(({ one, stop }) => !isSame(stop, stopOf(one.run, changed))) &&
        rivals.every(({ run }) => stopOf(run, changed) !== undefined)
      );
    };
    const runs = group.map(({ one }) => one.run.id);
    const changes = limit === undefined ? changesFor(first.stop, options, runs) : [];
    const change = changes.find(isBetter);
    if (change !== undefined) declared = [...declared, change];
    else {
      const { tool, rule, cure } = first.one.stop!;
      stillStopped.push({ tool, rule, runs, cure, why: limit ?? "loops" });
      waiting = waiting.filter((one) => !group.some((stopped) => stopped.one === one));
    }
  }
  return { declared: onlyUseful(declared, proven, honest, options), stillStopped };
}

/** Drops each change without which just as many honest runs pass: another rule stops the run all the same. */
function onlyUseful(
  declared: readonly ToolProposal[],
  proven: readonly ToolProposal[],
  honest: readonly JudgedRun[],
  options: GuardOptions,
): readonly ToolProposal[] {
  const passing = (some: readonly ToolProposal[]) => {
    const changed = withTools(options, some);
    return honest.filter(({ run }) => stopOf(run, changed) === undefined).length;
  };
  let useful = declared;
  for (const change of declared.slice(proven.length).toReversed()) {
    const without = useful.filter((one) => one !== change);
    if (passing(without) >= passing(useful)) useful = without;
  }
  return useful;
}

function isSame(a: Stop, b: Stop | undefined): boolean {
  return a.tool === b?.tool && a.rule === b.rule;
}

/** Changes that may let a call pass, the smallest first. */
function changesFor(
  { tool, rule, cure }: Stop,
  options: GuardOptions,
  runs: readonly string[],
): readonly ToolProposal[] {
  if (tool === null || rule === null || !canBeDeclared(tool)) return [];
  const base = { tool, runs: runs.length, letsPass: runs };
  const ladder = ladderOf(rule, options);
  const later = factors.map((factor) => ({
    ...base,
    thresholds: { [rule]: scaled(ladder, factor) },
    because: `${rule} stops honest runs; here it acts ${factor} times later`,
  }));
  const policy = /policy: "(polling|step)"/.exec(cure ?? "")?.[1] as "polling" | "step" | undefined;
  return policy === undefined
    ? later
    : [
        ...later,
        { ...base, policy, because: `${rule} stops honest runs that repeat it on purpose` },
      ];
}

function ladderOf(rule: string, { preset = "balanced", rules }: GuardOptions): Ladder {
  const thresholds = typeof preset === "string" ? presets[preset] : preset;
  const name = rule as keyof typeof thresholds;
  const change = rules?.[name];
  return { ...thresholds[name], ...(typeof change === "object" ? change : {}) };
}

/** A ladder whose steps come later. A step that is `false` stays. */
function scaled(ladder: Ladder, factor: number): Ladder {
  const later = (step: Ladder["warn"]): Ladder["warn"] => {
    if (step === false) return false;
    if (typeof step === "number") return Math.ceil(step * factor);
    return { ...step, count: Math.ceil(step.count * factor) };
  };
  return { warn: later(ladder.warn), block: later(ladder.block), open: later(ladder.open) };
}
