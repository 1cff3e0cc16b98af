import type { AnswerFingerprint } from "../signature/answer.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { goOn, noLoop } from "./loop.ts";
import type { LaneRecord, Said } from "./records.ts";

/** A model's answer. */
export interface FinishedAnswer extends AnswerFingerprint {
  /** Whether guard knows the answer. Else an empty one counts a quarter. */
  readonly isTold: boolean;
  readonly inputTokens: number | undefined;
  readonly spent: Amounts;
}

/** A text that repeats one block counts like three equal answers. */
const chantCounts = 3;

/** How many texts guard keeps: a loop in two wordings has two. */
const keptTexts = 8;
const keptCosts = 64;

/** What a lane knows after a model's answer. */
export function learnAnswer(lane: LaneRecord, answer: FinishedAnswer): LaneRecord {
  const { spent, inputTokens } = answer;
  const cost = spent.nanoUsd > 0 ? spent.nanoUsd : spent.tokens;
  return {
    ...lane,
    answers: answersAfter(lane.answers ?? [], answer),
    costs: cost === 0 ? lane.costs : [...(lane.costs ?? []), cost].slice(-keptCosts),
    inputTokens: inputTokens ?? lane.inputTokens,
    modelFailures: undefined,
  };
}

/** What a lane knows after a model call that has failed. */
export function learnModelFailure(lane: LaneRecord, spent: Amounts): LaneRecord {
  return { ...lane, modelFailures: goOn(lane.modelFailures ?? noLoop, 1, [{ spent }]) };
}

function answersAfter(before: readonly Said[], answer: FinishedAnswer): readonly Said[] {
  const { isEmpty, isTold, chants } = answer;
  // All such texts are the same, at any length.
  const text = chants ? "chant" : answer.text;
  if (text === undefined) return before;
  const known = before.find((said) => said.text === text) ?? { ...noLoop, text };
  const step = isEmpty && !isTold ? 0.25 : 1;
  const said = goOn(known, step, [answer]);
  const count = chants ? Math.max(said.count, known.count + chantCounts) : said.count;
  return [...before.filter((one) => one !== known), { ...said, count, text }].slice(-keptTexts);
}
