import type { SignedCall } from "./signed-call.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Call, RuleName, ToolPolicy } from "../vocabulary/call.ts";
import type { Table, Entry } from "./evidence.ts";
import { onlyWarn, rung, type Ladder, type Rung } from "./ladder.ts";
import type { Loop } from "./loop.ts";
import type { Novelty } from "./seen.ts";

/** A call of a finished round, with what came back. */
export interface FinishedCall extends SignedCall {
  readonly exact: string;
  readonly masked: string;
  readonly novelty: Novelty;
  /** The signature had not been asked for in this turn. */
  readonly isFirst: boolean;
  readonly failed: boolean;
  /** For a failure: its text without numbers, ids and the words of retries, as a hash. */
  readonly errorKey?: string;
  /** A failure that passes by itself: too many requests, overloaded, timed out. */
  readonly transient: boolean;
  /** The result says that there is nothing, or that nothing was done. */
  readonly empty: boolean;
  /** Guard did not see the outcome: it counts half. */
  readonly unseen: boolean;
  /** What the call has cost, with its share of the answer that asked for it. */
  readonly spent: Amounts;
  /**
   * Whether a repeat counts. It does not where guard only observes and would have refused the call,
   * nor where the call had been counted as unseen before it came back late. News counts all the
   * same, but for a failure of a refused call that ran.
   */
  readonly counts: boolean;
}

/** A model's answer. */
export interface FinishedAnswer {
  /** The text it gave, normalised, as a hash; absent where it gave none. */
  readonly text?: string;
  /** The text repeats one block of itself over and over. */
  readonly chants: boolean;
  readonly inputTokens: number | undefined;
  readonly spent: Amounts;
}

/** A signature with one of its outcomes. */
export interface Repeat {
  readonly signature: string;
  readonly exact: string;
}

/** What a rule may look at. */
export interface RuleContext {
  /** The rule's own evidence. */
  readonly own: Table;
  /** What the lane has seen in this turn. */
  readonly seen: Table;
  /** How many rounds of the lane have brought a success with news; only its changes mean something. */
  readonly news: number;
  readonly now: number;
  /** How many calls with a signature are under way, in any lane. */
  readonly pending: (signature: string) => number;
}

/** What a rule may look at when a round is finished. */
interface FinishingContext extends RuleContext {
  /** Something in the round is new, also where the rule does not look. */
  readonly brings: boolean;
  /** Something in the round is repeated on purpose: it waits, polls, or is exempt from all rules. */
  readonly waits: boolean;
}

/** What a rule may look at when it judges. */
export interface JudgingContext extends RuleContext {
  /** The lane's rounds in a row that this rule refused, without news between. */
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

/**
 * One way of going wrong. Pure, and O(1) per call in the length of the run: a rule looks up entries of
 * its own evidence and returns the entries that change.
 */
export interface Rule {
  readonly name: RuleName;
  /** Whose evidence it is: one lane's, or the whole breaker's. */
  readonly scope: "lane" | "breaker";
  /** The table it keeps its evidence in; default: one by its own name. */
  readonly table?: string;
  /** The calls that it judges; default: tool calls. A tool that hands work over is a delegation as well. */
  readonly kinds?: readonly Call["kind"][];
  /** The tools that it judges, by how they behave when they are called again; default: all but exempt ones. */
  readonly policies?: readonly ToolPolicy[];
  /** Before a call runs. */
  judge(call: SignedCall, context: JudgingContext): Judgement | undefined;
  /** When the calls of a round have been let through; identical ones come once. */
  admitted?(calls: readonly SignedCall[], context: RuleContext): readonly Entry[];
  /** When a round is finished; identical calls with identical outcomes come once. */
  finished?(calls: readonly FinishedCall[], context: FinishingContext): readonly Entry[];
  /** When a model has answered. */
  answered?(answer: FinishedAnswer, context: RuleContext): readonly Entry[];
}

/**
 * What a ladder says about a loop. `spared`: something makes it worth it, so it is never refused;
 * `isLevel`: it is a level, not a number of times.
 */
export function judged(
  { ladder, refused }: JudgingContext,
  loop: Loop,
  about: {
    readonly signatures: readonly string[];
    readonly repeats?: readonly Repeat[];
    readonly spared?: boolean;
    readonly isLevel?: boolean;
  },
): Judgement | undefined {
  const { spared = false, isLevel = false, ...said } = about;
  const reached = rung(spared ? onlyWarn(ladder) : ladder, loop, refused, isLevel);
  return reached && { ...reached, loop, ...said };
}
