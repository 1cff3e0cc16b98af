import type { Call } from "../vocabulary/call.ts";
import { toNanoUsd, toUsd } from "./amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import { heldAt, usedIn, type Balance } from "./balance.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";
import type { Line } from "./line.ts";
import { endOf, slotOf } from "./window.ts";

/** What kind of call it is, as a count. */
export interface Counts {
  readonly modelCalls: number;
  readonly toolCalls: number;
}

/** One call of a kind. */
export function countsOf(kind: Call["kind"]): Counts {
  return counts[kind];
}

const counts: Readonly<Record<Call["kind"], Counts>> = {
  model: { modelCalls: 1, toolCalls: 0 },
  tool: { modelCalls: 0, toolCalls: 1 },
  delegation: { modelCalls: 0, toolCalls: 0 },
};

/** What a call will use: a call of its kind, and what it is expected to cost. */
export interface Need extends Counts {
  /** What it costs at least: its request, or what its caller has said. */
  readonly certain: Amounts;
  /** What is held for it: with the answer that it may bring. */
  readonly likely: Amounts;
}

/** Which ceiling a call would pass, and by what. */
export interface Reached {
  readonly ceiling: keyof Ceilings | "price" | "store";
  readonly limit: number;
  readonly used: number;
  /** Whose it is. */
  readonly account: string;
  /** Only other calls' reservations are in the way: asking again later may succeed. */
  readonly contention: boolean;
  /** When the window that is used up ends; absent where time alone changes nothing. */
  readonly until?: number;
}

/**
 * The ceiling of a line that refuses this call, if one does. Inclusive, everywhere: the call that reaches
 * a limit is allowed, the next is not. Counts refuse calls of their own kind; tokens and USD, once spent,
 * refuse every call. A settlement may overshoot, and then the *next* call is the one that is refused.
 */
export function reachedBy(
  line: Line,
  balance: Balance,
  need: Need,
  extra: Ceilings,
  now: number,
): Reached | undefined {
  const { budget, window, account } = line;
  const used = usedIn(balance, window, now);
  const { certain, likely } = need;
  const limitOf = (ceiling: keyof Ceilings) => limitFor(line, extra, ceiling);

  const reached = (ceiling: keyof Ceilings, limit: number, amount: number, contention: boolean) => {
    const read = ceiling === "usd" ? toUsd : (figure: number) => figure;
    const until = contention ? undefined : freeAt(line, balance, now);
    const found = { ceiling, limit: read(limit), used: read(amount), account, contention };
    return until === undefined ? found : { ...found, until };
  };
  const counted = (ceiling: "modelCalls" | "toolCalls" | "wallMs", amount: number) => {
    const limit = limitOf(ceiling);
    return limit !== undefined && amount >= limit
      ? reached(ceiling, limit, amount, false)
      : undefined;
  };
  const summed = (ceiling: "tokens" | "usd", figure: keyof Amounts) => {
    const limit = limitOf(ceiling);
    if (limit === undefined) return undefined;
    const { reserved, overdue } = heldAt(balance, now);
    const spent = used[figure] + overdue[figure];
    if (spent >= limit || spent + certain[figure] > limit) {
      return reached(ceiling, limit, spent, false);
    }
    const others = spent + reserved[figure];
    return reserved[figure] > 0 && others + likely[figure] > limit
      ? reached(ceiling, limit, others, true)
      : undefined;
  };

  return (
    (need.modelCalls > 0 ? counted("modelCalls", used.modelCalls) : undefined) ??
    (need.toolCalls > 0 ? counted("toolCalls", used.toolCalls) : undefined) ??
    (balance.startedAt === undefined && budget.wallMs !== 0
      ? undefined
      : counted("wallMs", now - (balance.startedAt ?? now))) ??
    summed("tokens", "tokens") ??
    summed("usd", "nanoUsd")
  );
}

/** A limit with what was granted on top, without what is kept back; money in nano-dollars. */
function limitFor(
  { budget }: Pick<Line, "budget">,
  extra: Ceilings,
  ceiling: keyof Ceilings,
): number | undefined {
  const limit = budget[ceiling];
  if (limit === undefined) return undefined;
  const kept =
    ceiling in keptBack ? (budget.finalAnswer?.[ceiling as keyof typeof keptBack] ?? 0) : 0;
  const sum = limit + (extra[ceiling] ?? 0) - kept;
  return ceiling === "usd" ? toNanoUsd(sum) : sum;
}

const keptBack = { modelCalls: true, tokens: true, usd: true } as const;

/** When a window that is used up has room again: a rolling one as soon as its oldest slot leaves. */
function freeAt({ window }: Line, balance: Balance, now: number): number | undefined {
  const oldest = Object.keys(balance.used).toSorted((a, b) => Number(a) - Number(b))[0];
  return endOf(window, oldest ?? slotOf(window, now), now);
}

/** A ceiling that an alert is due for, with what is used of it. */
interface Due {
  readonly ceiling: keyof Ceilings;
  readonly limit: number;
  readonly used: number;
}

/** The ceilings of a line that an alert is due for. */
export function dueAlerts({ budget, window }: Line, balance: Balance, now: number): readonly Due[] {
  const { alertAt } = budget;
  if (alertAt === undefined) return [];
  const { modelCalls, toolCalls, tokens, nanoUsd } = usedIn(balance, window, now);
  const used = { modelCalls, toolCalls, tokens, usd: toUsd(nanoUsd) };
  return (Object.keys(used) as (keyof typeof used)[]).flatMap((ceiling) => {
    const limit = budget[ceiling];
    const isDue = limit !== undefined && used[ceiling] >= alertAt * limit;
    return isDue && !isRaised(balance, ceiling, window, now)
      ? [{ ceiling, limit, used: used[ceiling] }]
      : [];
  });
}

/** Once per window: in one that rolls, not again until what was counted then has left it. */
function isRaised(
  { alerted }: Balance,
  ceiling: string,
  window: Line["window"],
  now: number,
): boolean {
  const at = alerted[ceiling];
  if (at === undefined) return false;
  const end = window.per?.startsWith("rolling") ? endOf(window, slotOf(window, at), at) : undefined;
  return end === undefined || end > now;
}
