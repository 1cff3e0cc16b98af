import { goOn, noLoop } from "./loop.ts";
import type { FinishedCall } from "./finished-call.ts";
import type { Churning, Failing, ToolRecord } from "./records.ts";
import { overlap, type TaskFingerprint } from "./task.ts";

/**
 * What a lane knows about a tool after a round. A round counts once: a batch that fails as a whole is one attempt, and
 * one success in it is a success.
 *
 * @param news how many rounds of the lane have brought a success with news
 */
export function learnTool(
  calls: readonly FinishedCall[],
  known: ToolRecord | undefined,
  news: number,
): ToolRecord {
  return { failing: failingAfter(calls, known, news), churning: churningAfter(calls, known, news) };
}

function failingAfter(
  calls: readonly FinishedCall[],
  known: ToolRecord | undefined,
  news: number,
): Failing | undefined {
  const { errorKey: error, signature, empty: isNotFound } = calls.at(-1)!;
  if (error === undefined || calls.some((call) => !call.failed)) return undefined;
  const before = known?.failing;
  const loop = goOn(before?.error === error ? before : noLoop, 1, calls);
  return { ...loop, error, isNotFound, news, signature };
}

/** The share of words that a rephrased question shares with the one before. */
const rephrased = 0.8;
/** The same share, if the answer is too long, or too clear, to be right for two questions. */
const reworded = 0.5;

/**
 * Whether a question is near the one before it: rephrased, or with only a page, an offset or a cursor changed. Other
 * names with the same empty answer are a screening.
 */
export function isNearSame(
  a: Pick<Churning, "question" | "paged">,
  b: { readonly question?: TaskFingerprint | undefined; readonly paged?: string | undefined },
  kind: Churning["kind"],
): boolean {
  if (a.paged !== undefined && a.paged === b.paged) return true;
  if (kind === "page") return false;
  return overlap(a.question, b.question) >= (kind === "empty" ? rephrased : reworded);
}

function churningAfter(
  calls: readonly FinishedCall[],
  known: ToolRecord | undefined,
  news: number,
): Churning | undefined {
  const last = calls.at(-1)!;
  const kind = kindOf(last);
  if (kind === undefined) return undefined;
  const { question, paged } = last;
  const outcome = answerOf(last, kind);
  const before = known?.churning;
  const isSame = before?.kind === kind && before.outcome === outcome;
  const asked = { outcome, kind, question, paged, news };
  if (!isSame) return { ...goOn(noLoop, 1, calls), ...asked };
  const isOther = calls.some(({ isFirst }) => isFirst);
  const isNear = isNearSame(before, last, kind);
  // Another name starts a new screening. The same long answer to another question proves nothing.
  const loop = isNear || kind === "long" || kind === "refusing" ? before : noLoop;
  return { ...goOn(loop, isOther && (isNear || loop === noLoop) ? 1 : 0, calls), ...asked };
}

/** The key of an answer. Empty answers are the same in any words. */
function answerOf({ failed, exact, masked }: FinishedCall, kind: Churning["kind"]): string {
  if (kind === "empty" && !failed) return "empty";
  return kind === "long" ? masked : exact;
}

/** Why an answer is bad for many questions. `undefined` if it is not. */
function kindOf(call: FinishedCall): Churning["kind"] | undefined {
  const { policy, failed, empty, refusing, long } = call;
  const reads = policy === "read";
  if (policy !== "unknown" && !reads) return undefined;
  if (failed) return empty ? "empty" : "refusing";
  if (refusing) return "refusing";
  if (empty && reads) return "empty";
  if (long && reads) return "long";
  return reads && call.paged !== undefined ? "page" : undefined;
}
