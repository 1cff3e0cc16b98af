import type { RuleName, ToolPolicy } from "../call.ts";
import type { Table } from "../evidence.ts";
import type { Ladder, Rung } from "./ladder.ts";
import type { Novelty } from "./seen.ts";

/** A tool call as rules see it: names and hashes, no arguments. */
export interface SignedCall {
  readonly tool: string;
  readonly signature: string;
  readonly policy: ToolPolicy;
}

/** A call of a finished round, with what came back. */
export interface FinishedCall extends SignedCall {
  readonly exact: string;
  readonly masked: string;
  readonly novelty: Novelty;
  /** Nobody saw the outcome: it counts half. */
  readonly unseen: boolean;
  /**
   * Whether a repeat counts. It does not where guard only observes and would have refused the call,
   * nor where the call had been counted as unseen before it came back late. News always counts.
   */
  readonly counts: boolean;
}

/** A signature with one of its outcomes. */
export interface Repeat {
  readonly signature: string;
  readonly exact: string;
}

/** What a rule may look at. */
export interface View {
  /** The rule's own evidence. */
  readonly own: Table;
  /** What the lane has seen in this turn. */
  readonly seen: Table;
  /** How many rounds of the lane have brought news; only its changes mean something. */
  readonly news: number;
  /** The lane's rounds in a row that this rule refused, without news between. */
  readonly refused: number;
  readonly now: number;
  readonly ladder: Ladder;
}

/** What a rule says about a call that is asked for now. */
interface Judgement extends Rung {
  readonly signatures: readonly string[];
  /** What was repeated, where the rule looks at outcomes: a probe that brings it again re-opens. */
  readonly repeats?: readonly Repeat[];
}

/** One entry of the rule's evidence that is to be set. Rules return changes; they make none. */
export type Entry = readonly [key: string, value: unknown];

/**
 * One way of going wrong. Pure, and O(1) per call in the length of the run: a rule looks up entries of
 * its own evidence and returns the entries that change.
 */
export interface Rule {
  readonly name: RuleName;
  /** Whose evidence it is: one lane's, or the whole breaker's. */
  readonly scope: "lane" | "breaker";
  /** Before a call runs. */
  judge(call: SignedCall, view: View): Judgement | undefined;
  /** When the calls of a round have been let through; identical ones come once. */
  admitted?(calls: readonly SignedCall[], view: View): readonly Entry[];
  /** When a round is finished; identical calls with identical outcomes come once. */
  finished?(calls: readonly FinishedCall[], view: View): readonly Entry[];
}
