import type { Ceilings } from "../vocabulary/ceilings.ts";
import type { Level } from "./accounts.ts";
import type { Per } from "./window.ts";

/** What is kept back from every call but a granted one, so that a stopped run can still answer. */
export interface FinalAnswer {
  readonly modelCalls?: number | undefined;
  readonly tokens?: number | undefined;
  readonly usd?: number | undefined;
}

/** The budget of one run. */
export interface RunBudget extends Ceilings {
  /** The share of a limit, from 0 to 1, at which a `budget-alert` event is raised. Default: none. */
  readonly alertAt?: number | undefined;
  /** Kept back for a granted call, such as the answer that winds a run down. Default: nothing. */
  readonly finalAnswer?: FinalAnswer | undefined;
}

/** The budget of an account: in each window anew, or without `per` in its whole life. */
export interface Budget extends RunBudget {
  /** Default: an account's whole life; for agents and tools each run. */
  readonly per?: Per | undefined;
  /** Whose calendar counts, as IANA names it. Default: `"UTC"`. */
  readonly timeZone?: string | undefined;
}

/** One budget or several: all must agree. */
export type Budgets = Budget | readonly Budget[];

/** The limits of the accounts that runs share, and of single agents and tools. */
export interface Limits extends Readonly<Partial<Record<Level, Budgets | undefined>>> {
  readonly agents?: Readonly<Record<string, Budgets>> | undefined;
  readonly tools?: Readonly<Record<string, Budgets>> | undefined;
}

/** An agent's or a tool's budget without a window is one of each run. */
export function isOfRun({ per }: Budget): boolean {
  return per === undefined;
}

/** What the limits are about: only that is estimated before a call. */
export interface Limited {
  readonly usd: boolean;
  readonly tokens: boolean;
}

export function limited(budget: RunBudget, limits: Limits): Limited {
  const { agents = {}, tools = {}, ...shared } = limits;
  const all = [shared, agents, tools].flatMap((named) => Object.values(named)).flat();
  const has = (ceiling: keyof Limited) =>
    [budget, ...all].some((one) => one?.[ceiling] !== undefined);
  return { usd: has("usd"), tokens: has("tokens") };
}
