import { runAccount } from "./run-account.ts";
import { type Accounts, levels } from "../vocabulary/accounts.ts";
import type { Call } from "../vocabulary/call.ts";
import { isOfRun, type Budget, type Budgets, type Limits, type RunBudget } from "./limits.ts";
import { windowName, type Window } from "./window.ts";

/** One limit of one account. A call must agree with it before it is made. */
export interface AccountLimit {
  readonly account: string;
  readonly window: Window;
  readonly budget: Budget;
}

/** The part of a call that tells its accounts. */
export interface CallTarget {
  readonly kind: Call["kind"];
  readonly tool?: string;
}

const life: Window = { per: undefined, timeZone: "UTC" };

/** All limits that the options set for a run, computed once. */
export interface AccountLimits {
  /** The run's own. */
  readonly run: readonly AccountLimit[];
  /** Of the accounts that it shares with other runs. */
  readonly shared: readonly AccountLimit[];
  readonly agents: ReadonlyMap<string, OwnLimits>;
  readonly tools: ReadonlyMap<string, OwnLimits>;
}

/** The limits of one agent or tool. */
interface OwnLimits {
  /** Limits that end with a run. */
  readonly ofRun: readonly AccountLimit[];
  readonly shared: readonly AccountLimit[];
}

export function accountLimitsOf(
  budget: RunBudget,
  limits: Limits,
  accounts: Accounts,
): AccountLimits {
  return {
    run: [{ account: runAccount, window: life, budget }],
    shared: levels.flatMap((level) => {
      const id = accounts[level];
      return id === undefined ? [] : toAccountLimits(`${level}:${id}`, limits[level]);
    }),
    agents: ownLimits("agent", limits.agents),
    tools: ownLimits("tool", limits.tools),
  };
}

/** The limits of the run itself and of its agents and tools. */
export function runLimits(
  limits: AccountLimits,
  agent: string,
  call: CallTarget,
): readonly AccountLimit[] {
  const own = ownLimitsOf(limits, agent, call);
  if (own.length === 0) return limits.run;
  return [...limits.run, ...own.flatMap(({ ofRun }) => ofRun)];
}

/** The limits that runs share. All that apply must agree. */
export function sharedLimits(
  limits: AccountLimits,
  agent: string,
  call: CallTarget,
): readonly AccountLimit[] {
  const own = ownLimitsOf(limits, agent, call);
  if (own.length === 0) return limits.shared;
  return [...limits.shared, ...own.flatMap(({ shared }) => shared)];
}

function ownLimitsOf(
  { agents, tools }: AccountLimits,
  agent: string,
  { kind, tool = "" }: CallTarget,
): readonly OwnLimits[] {
  if (agents.size === 0 && tools.size === 0) return none;
  const found = [agents.get(agent), kind === "tool" ? tools.get(tool) : undefined];
  return found.filter((one) => one !== undefined);
}

const none: readonly OwnLimits[] = [];

function ownLimits(
  what: string,
  named: Readonly<Record<string, Budgets>> = {},
): ReadonlyMap<string, OwnLimits> {
  return new Map(
    Object.entries(named).map(([name, budgets]) => {
      const all = toAccountLimits(`${what}:${name}`, budgets);
      const ofRun = all.filter(({ budget }) => isOfRun(budget));
      return [name, { ofRun, shared: all.filter((limit) => !ofRun.includes(limit)) }];
    }),
  );
}

function toAccountLimits(account: string, budgets: Budgets | undefined): AccountLimit[] {
  return [budgets ?? []].flat().map((budget) => ({
    account,
    window: { per: budget.per, timeZone: budget.timeZone ?? "UTC" },
    budget,
  }));
}

/** The current name of a limit's balance. */
export function balanceName({ account, window }: AccountLimit, now: number): string {
  return `${account} ${windowName(window, now)}`;
}
