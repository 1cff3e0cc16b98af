import type { Amounts } from "../vocabulary/spending.ts";
import type { Estimate, Usage } from "../vocabulary/call.ts";

export const nothing: Amounts = { tokens: 0, nanoUsd: 0 };

const nanoPerUsd = 1e9;

/** The largest single amount, so that sums stay finite after any report. */
const largest = Number.MAX_SAFE_INTEGER;

export const whole = (amount: number): number => Math.min(Math.round(amount), largest);

export const toNanoUsd = (usd: number): number => whole(usd * nanoPerUsd);
export const toUsd = (nanoUsd: number): number => nanoUsd / nanoPerUsd;

export const plus = (a: Amounts, b: Amounts): Amounts => ({
  tokens: a.tokens + b.tokens,
  nanoUsd: a.nanoUsd + b.nanoUsd,
});

/** The larger of each. */
export const atLeast = (a: Amounts, b: Amounts): Amounts => ({
  tokens: Math.max(a.tokens, b.tokens),
  nanoUsd: Math.max(a.nanoUsd, b.nanoUsd),
});

/** Whether guard can book a reported figure: not if it is NaN, infinite or negative. */
export function isBookable(figure: unknown): figure is number {
  return typeof figure === "number" && Number.isFinite(figure) && figure >= 0;
}

const booked = (figure: unknown): number => (isBookable(figure) ? figure : 0);

export function amountsOf(usage: Usage | undefined): Amounts {
  return {
    tokens: whole(booked(usage?.inputTokens) + booked(usage?.outputTokens)),
    nanoUsd: toNanoUsd(booked(usage?.usd)),
  };
}

export function amountsOfEstimate(estimate: Estimate | undefined): Amounts {
  return {
    tokens: whole(booked(estimate?.tokens)),
    nanoUsd: toNanoUsd(booked(estimate?.usd)),
  };
}
