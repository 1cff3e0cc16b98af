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

/** The records about one call, by name. `undefined` if the lane has no record. */
export interface Known {
  /** What the lane knows of the signature. */
  readonly signature: SignatureRecord | undefined;
  /** What an earlier instance of the agent knows about it. */
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
  /** What all lanes of the turn know about the signature. */
  readonly shared: SharedRecord | undefined;
  readonly handoffs: { readonly handoffs: Handoffs; readonly agents: Map<string, AgentRecord> };
  /** How many calls with the signature have not come back, in any lane. `undefined` for none. */
  readonly pending: number | undefined;
  /** How often a turn ended like one before it. */
  readonly again: Loop | undefined;
}

/** What a rule may read when it judges a call. */
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
  /** The lane's refused rounds in a row, without news between. */
  readonly refused: number;
  readonly ladder: Ladder;
}

/** What a rule has found about a call. */
export interface Judgement extends Rung {
  readonly loop: Loop;
  readonly signatures: readonly string[];
  /** What repeats, if the rule compares outcomes: a probe with the same outcome opens the circuit again. */
  readonly repeats?: readonly Repeat[];
}

/** One way to go wrong. A rule reads records and writes none; its cost does not grow with the run. */
export interface Rule {
  readonly name: RuleName;
  /** The records that the rule reads. Without the first one guard does not ask the rule. */
  readonly reads: readonly (keyof Known)[];
  /** The calls that the rule judges. Default: tool calls. A tool that hands work over is also a delegation. */
  readonly kinds?: readonly Call["kind"][];
  /** The tools that the rule judges, by policy. Default: all but exempt ones. */
  readonly policies?: readonly ToolPolicy[];
  /** Whether the rule judges looks beside other calls, or only looks. Default: it judges no looks. */
  readonly looks?: "also" | "only";
  judge(call: SignedCall, context: RuleContext): Judgement | undefined;
}

/**
 * The finding of a ladder about a loop.
 *
 * `spared`: something makes the loop worth it, so it is never refused; `isLevel`: the count is a level, not a number of
 * times; `factor`: how many times later it is refused.
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
