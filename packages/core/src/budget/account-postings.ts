import type { Figures, StorePosting, SumLimit } from "../ports/store.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { balanceName, type AccountLimit } from "./account-limit.ts";
import { dueAlerts, roomBeforeAlerts, type Alert } from "./alerts.ts";
import { emptyBalance, post, type Balance } from "./balance.ts";
import { balanceFigures, figuresOfPosting, usedFigures } from "./balance-figures.ts";
import { balanceNameOf } from "./postings.ts";
import { endOf, isCurrent, slotOf } from "./window.ts";

const dayMs = 24 * 3_600_000;

/** The store forgets an account without a window that no call has used for this long. */
const unusedMs = 400 * dayMs;

/** How long an old window stays, for calls that settle late. */
const overMs = 7 * dayMs;

/**
 * How exactly an account keeps its elapsed time: to the second, and to a hundredth of its limit. If each call wrote it,
 * processes would get in each other's way.
 */
const latestEvery = { ms: 1_000, share: 0.01 };

/** Postings to some balances. */
export interface AccountChange {
  readonly keyOf: (name: string) => string;
  /** The balances as they were read. */
  readonly balances: ReadonlyMap<string, Balance>;
  readonly limits: readonly AccountLimit[];
  readonly postings: readonly Posting[];
  readonly now: number;
  /** The condition for each balance. Default: none. */
  readonly max?: ReadonlyMap<string, readonly SumLimit[]>;
}

/** The changes of a store for postings to some balances, with the alerts that are due. */
export function accountPostings({
  keyOf,
  balances,
  limits,
  postings,
  now,
  max = new Map(),
}: AccountChange): { readonly writes: readonly StorePosting[]; readonly alerts: readonly Alert[] } {
  const alerts: Alert[] = [];
  const writes = postings.map((posting): StorePosting => {
    const name = balanceNameOf(posting);
    const before = balances.get(name) ?? emptyBalance;
    const after = post(before, posting);
    const own = limits.filter((limit) => balanceName(limit, now) === name);
    const due = own.flatMap((limit) => dueAlerts(limit, after, now));
    alerts.push(...due);
    const marks = [
      ...timeMarks(before, own, now),
      ...due.map(({ ceiling }) =>
        raisedTo(balanceFigures.alerted(ceiling), before.alerted[ceiling], now),
      ),
    ];
    const [first] = own;
    return {
      key: keyOf(name),
      add: Object.assign(figuresOfPosting(posting), ...marks.map(({ add }) => add)) as Figures,
      max: [
        ...(max.get(name) ?? []),
        ...own.flatMap((limit) => roomBeforeAlerts(limit, after, now)),
        ...marks.map(({ limit }) => limit),
      ],
      drop: first === undefined ? [] : goneFigures(after, first, now),
      expiresAt: first === undefined ? now + overMs : expiryOf(first, now),
    };
  });
  return { writes, alerts };
}

/** A later moment, unless another process has written a later one meanwhile. */
interface Mark {
  readonly add: Figures;
  readonly limit: SumLimit;
}

function raisedTo(name: string, before: number | undefined, now: number): Mark {
  return { add: { [name]: now - (before ?? 0) }, limit: { sumOf: [name], atMost: now } };
}

function timeMarks(
  { startedAt, latestAt }: Balance,
  limits: readonly AccountLimit[],
  now: number,
): readonly Mark[] {
  if (startedAt === undefined) return [raisedTo(balanceFigures.startedAt, startedAt, now)];
  const seen = latestAt ?? startedAt;
  const everyMs = limits
    .flatMap(({ budget }) => budget.wallMs ?? [])
    .map((wallMs) => Math.min(latestEvery.ms, latestEvery.share * wallMs));
  return everyMs.some((ms) => now >= seen + ms && now > seen)
    ? [raisedTo(balanceFigures.latestAt, latestAt, now)]
    : [];
}

/** The figures of slots that have left their window. */
function goneFigures({ used }: Balance, { window }: AccountLimit, now: number): readonly string[] {
  return Object.keys(used)
    .filter((slot) => !isCurrent(window, slot, now))
    .flatMap(usedFigures);
}

function expiryOf({ window }: AccountLimit, now: number): number {
  return (endOf(window, slotOf(window, now), now) ?? now + unusedMs) + dayMs;
}
