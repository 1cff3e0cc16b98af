import type { Call } from "../call.ts";
import { isOfRun, type Budget, type Limits } from "./limits.ts";
import { windowName, type Window } from "./window.ts";

/** The accounts of other people than the run itself, by level, from the inside out. */
export const levels = ["session", "user", "app", "organisation"] as const;
export type Level = (typeof levels)[number];

/** Whose money a run spends: the ids of its accounts. */
export type Accounts = Readonly<Partial<Record<Level, string>>>;

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

/** The run's own account. */
export const runAccount = "run";

const life: Window = { per: undefined, timeZone: "UTC" };

/** The lines of the run itself and of its agents and tools: they live and end with it. */
export function runLines(budget: Budget, limits: Limits, agent: string, call: Asking): Line[] {
  return [
    { account: runAccount, window: life, budget },
    ...beside(limits, agent, call).filter((line) => isOfRun(line.budget)),
  ];
}

/** The lines that runs share. All that apply must agree. */
export function sharedLines(
  limits: Limits,
  accounts: Accounts,
  agent: string,
  call: Asking,
): readonly Line[] {
  return [
    ...levels.flatMap((level) => {
      const id = accounts[level];
      return id === undefined ? [] : linesOf(`${level}:${id}`, limits[level]);
    }),
    ...beside(limits, agent, call).filter((line) => !isOfRun(line.budget)),
  ];
}

function beside({ agents, tools }: Limits, agent: string, call: Asking): Line[] {
  const ofAgent = own(agents, agent);
  const { kind, tool = "" } = call;
  const ofTool = kind === "tool" ? own(tools, tool) : undefined;
  return [...linesOf(`agent:${agent}`, ofAgent), ...linesOf(`tool:${tool}`, ofTool)];
}

/** Names come from models: only what was declared counts, not what every object inherits. */
function own<T>(named: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return named !== undefined && Object.hasOwn(named, name) ? named[name] : undefined;
}

function linesOf(account: string, budgets: Budget | readonly Budget[] | undefined): Line[] {
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
