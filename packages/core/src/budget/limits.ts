import type { Ceilings } from "../vocabulary/ceilings.ts";
import type { Level } from "../vocabulary/accounts.ts";
import type { Per } from "./window.ts";

/** The part of a budget that guard keeps for the last answer of a stopped run (`onTrip: "wind-down"`). */
interface FinalAnswer {
  readonly modelCalls?: number | undefined;
  readonly tokens?: number | undefined;
  readonly usd?: number | undefined;
}

/**
 * The most that one run may use. A limit that you leave out is no limit; `0` lets nothing through.
 *
 * @example
 * budget: { usd: 5, modelCalls: 40, finalAnswer: { modelCalls: 1, usd: 0.1 } }
 */
export interface RunBudget extends Ceilings {
  /** The share of a limit, from 0 to 1, at which guard emits a `budget-alert` event. Default: no alert. */
  readonly alertAt?: number | undefined;
  /** The part of this budget that guard keeps for the last answer of a stopped run. Default: nothing. */
  readonly finalAnswer?: FinalAnswer | undefined;
}

/**
 * The most that an account may use in each window of time.
 *
 * @example
 * limits: { user: { usd: 20, per: "day", timeZone: "Europe/Berlin" } }
 */
export interface Budget extends RunBudget {
  /**
   * The window of time after which the account starts at zero again. Default: an account's whole life; each run for
   * agents and tools.
   */
  readonly per?: Per | undefined;
  /** The time zone of the calendar, by its IANA name, such as `"Europe/Berlin"`. Default: `"UTC"`. */
  readonly timeZone?: string | undefined;
}

/** One budget, or several that must all allow a call. */
export type Budgets = Budget | readonly Budget[];

/**
 * The limits of accounts that runs share (`session`, `user`, `app`, `organisation`), and of single agents and tools.
 *
 * @example
 * limits: {
 *   user: [{ usd: 5, per: "hour" }, { usd: 20, per: "day" }],
 *   tools: { send_email: { toolCalls: 3 } },
 * }
 */
export interface Limits extends Readonly<Partial<Record<Level, Budgets | undefined>>> {
  /** Budgets of single agents, by the agent's name. */
  readonly agents?: Readonly<Record<string, Budgets>> | undefined;
  /** Budgets of single tools, by the tool's name. */
  readonly tools?: Readonly<Record<string, Budgets>> | undefined;
}

/** Whether the budget of an agent or a tool holds for each run: it does without a window. */
export function isOfRun({ per }: Budget): boolean {
  return per === undefined;
}

/** Which figures have limits: guard estimates only these before a call. */
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
