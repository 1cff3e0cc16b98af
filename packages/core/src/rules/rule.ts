import type { Loop } from "../evidence/loop.ts";
import type {
  AgentRecord,
  Failures,
  Handoffs,
  OutcomeHashes,
  LaneRecord,
  Repeat,
  Row,
  Said,
  SharedRecord,
  SignatureRecord,
  Streak,
  ToolRecord,
} from "../evidence/records.ts";
import type { SignedCall } from "../evidence/signed-call.ts";
import type { Call, RuleName } from "../vocabulary/call.ts";
import type { ToolPolicy } from "../vocabulary/tool-policy.ts";
import { onlyWarn, rung, scaled, type Ladder, type Rung } from "./ladder.ts";

/** The records that have to do with one call, by name; `undefined` where nothing is known. */
export interface Known {
  /** What the lane knows of the signature. */
  readonly signature: SignatureRecord | undefined;
  /** What an earlier instance of the agent has seen of it. */
  readonly earlier: readonly OutcomeHashes[] | undefined;
  /** What the lane knows of the tool. */
  readonly tool: ToolRecord | undefined;
  /** What the lane knows of itself. */
  readonly streak: Streak | undefined;
  readonly row: Row | undefined;
  readonly failures: Failures | undefined;
  readonly answers: readonly Said[] | undefined;
  readonly modelFailures: Loop | undefined;
  readonly costs: readonly number[] | undefined;
  readonly inputTokens: number | undefined;
  /** What the lanes of the turn know of the signature together. */
  readonly shared: SharedRecord | undefined;
  readonly handoffs: { readonly handoffs: Handoffs; readonly agents: Map<string, AgentRecord> };
  /** How many calls with the signature are under way, in any lane; `undefined` for none. */
  readonly pending: number | undefined;
  /** How often a turn has ended like the one before it. */
  readonly again: Loop | undefined;
}

/** What a rule may look at when it judges a call. */
export interface RuleContext {
  readonly known: Known;
  /** The lane's counters: `news`, `world` and so on. */
  readonly lane: LaneRecord;
  /** How many different effects have succeeded in the turn, and how many of tools that are known to mutate. */
  readonly effects: number;
  readonly mutations: number;
  /** How often things of a kind were taken back in it. */
  readonly takenBack: Readonly<Record<string, number>>;
  readonly now: number;
  /** How many identical calls come before this one in the same answer. */
  readonly twins: number;
  /** The lane's rounds in a row that a rule refused, without news between. */
  readonly refused: number;
  readonly ladder: Ladder;
}

/** What a rule says about a call that is asked for now. */
export interface Judgement extends Rung {
  readonly loop: Loop;
  readonly signatures: readonly string[];
  /** What was repeated, where the rule looks at outcomes: a probe that brings it again re-opens. */
  readonly repeats?: readonly Repeat[];
}

/** One way of going wrong. Pure, and O(1) in the length of the run: a rule reads records, and writes none. */
export interface Rule {
  readonly name: RuleName;
  /** The records that it reads. It is not asked where there is nothing under the first name. */
  readonly reads: readonly (keyof Known)[];
  /** The calls that it judges; default: tool calls. A tool that hands work over is a delegation as well. */
  readonly kinds?: readonly Call["kind"][];
  /** The tools that it judges, by how they behave when they are called again; default: all but exempt ones. */
  readonly policies?: readonly ToolPolicy[];
  /** Whether it judges looks beside other calls, or nothing else; default: it judges none. */
  readonly looks?: "also" | "only";
  judge(call: SignedCall, context: RuleContext): Judgement | undefined;
}

/**
 * What a ladder says about a loop.
 *
 * `spared`: something makes it worth it, so it is never refused; `isLevel`: it is a level, not a number of times;
 * `factor`: how many times as late it is refused.
 */
export function judged(
  { ladder, refused }: RuleContext,
  loop: Loop,
  about: {
    readonly signatures: readonly string[];
    readonly repeats?: readonly Repeat[];
    readonly spared?: boolean;
    readonly isLevel?: boolean;
    readonly factor?: number;
  },
): Judgement | undefined {
  const { spared = false, isLevel = false, factor = 1, ...said } = about;
  const own = factor === 1 ? ladder : scaled(ladder, factor);
  const reached = rung(spared ? onlyWarn(own) : own, loop, refused, isLevel);
  return reached && { ...reached, loop, ...said };
}
