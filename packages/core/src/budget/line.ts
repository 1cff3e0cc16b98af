import { type Accounts, levels, runAccount } from "./accounts.ts";
import type { Call } from "../vocabulary/call.ts";
import { isOfRun, type Budget, type Budgets, type Limits, type RunBudget } from "./limits.ts";
import { windowName, type Window } from "./window.ts";

/** One limit of one account: what a call has to agree with before it is made. */
export interface Line {
  readonly account: string;
  readonly window: Window;
  readonly budget: Budget;
}

/** What of a call says which accounts it is for. */
export interface Asking {
  readonly kind: Call["kind"];
  readonly tool?: string;
}

const life: Window = { per: undefined, timeZone: "UTC" };

/** All lines that limits and accounts come to, found once for all calls of a run. */
export interface Lines {
  /** The run's own. */
  readonly run: readonly Line[];
  /** Of the accounts that it shares with other runs. */
  readonly shared: readonly Line[];
  readonly agents: ReadonlyMap<string, Beside>;
  readonly tools: ReadonlyMap<string, Beside>;
}

/** The lines of one agent or tool. */
interface Beside {
  /** Those that live and end with a run. */
  readonly ofRun: readonly Line[];
  readonly shared: readonly Line[];
}

export function linesOf(budget: RunBudget, limits: Limits, accounts: Accounts): Lines {
  return {
    run: [{ account: runAccount, window: life, budget }],
    shared: levels.flatMap((level) => {
      const id = accounts[level];
      return id === undefined ? [] : toLines(`${level}:${id}`, limits[level]);
    }),
    agents: besides("agent", limits.agents),
    tools: besides("tool", limits.tools),
  };
}

/** The lines of the run itself and of its agents and tools. */
export function runLines(lines: Lines, agent: string, call: Asking): readonly Line[] {
  const beside = besideOf(lines, agent, call);
  if (beside.length === 0) return lines.run;
  return [...lines.run, ...beside.flatMap(({ ofRun }) => ofRun)];
}

/** The lines that runs share. All that apply must agree. */
export function sharedLines(lines: Lines, agent: string, call: Asking): readonly Line[] {
  const beside = besideOf(lines, agent, call);
  if (beside.length === 0) return lines.shared;
  return [...lines.shared, ...beside.flatMap(({ shared }) => shared)];
}

function besideOf(
  { agents, tools }: Lines,
  agent: string,
  { kind, tool = "" }: Asking,
): readonly Beside[] {
  if (agents.size === 0 && tools.size === 0) return nobody;
  const found = [agents.get(agent), kind === "tool" ? tools.get(tool) : undefined];
  return found.filter((one) => one !== undefined);
}

const nobody: readonly Beside[] = [];

function besides(
  what: string,
  named: Readonly<Record<string, Budgets>> = {},
): ReadonlyMap<string, Beside> {
  return new Map(
    Object.entries(named).map(([name, budgets]) => {
      const lines = toLines(`${what}:${name}`, budgets);
      const ofRun = lines.filter((line) => isOfRun(line.budget));
      return [name, { ofRun, shared: lines.filter((line) => !ofRun.includes(line)) }];
    }),
  );
}

function toLines(account: string, budgets: Budgets | undefined): Line[] {
  return [budgets ?? []].flat().map((budget) => ({
    account,
    window: { per: budget.per, timeZone: budget.timeZone ?? "UTC" },
    budget,
  }));
}

/** What a line is called now; its balance is kept under this name. */
export function nameOf({ account, window }: Line, now: number): string {
  return `${account} ${windowName(window, now)}`;
}
