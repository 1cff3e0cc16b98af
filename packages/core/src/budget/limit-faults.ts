import type { Budget, Budgets, Limits, RunBudget } from "./limits.ts";
import { levels, type Accounts } from "../vocabulary/accounts.ts";

/** Faults of budgets that a schema can't see: a line for each, with its path. */
export function budgetFaults(budget: RunBudget, limits: Limits): readonly string[] {
  const { agents = {}, tools = {}, ...shared } = limits;
  const named: readonly (readonly [string, Budgets | undefined])[] = [
    ["budget", budget],
    ...Object.entries(shared).map(([level, own]) => [`limits.${level}`, own] as const),
    ...Object.entries(agents).map(([name, own]) => [`limits.agents.${name}`, own] as const),
    ...Object.entries(tools).map(([name, own]) => [`limits.tools.${name}`, own] as const),
  ];
  return named.flatMap(([path, budgets]) =>
    Array.isArray(budgets)
      ? budgets.flatMap((one: Budget, index) => faultsOf(`${path}.${index}`, one))
      : faultsOf(path, (budgets ?? {}) as Budget),
  );
}

function faultsOf(path: string, budget: Budget): readonly string[] {
  const { finalAnswer = {}, per, wallMs } = budget;
  const kept = (["modelCalls", "tokens", "usd"] as const).flatMap((ceiling) => {
    const [share, limit] = [finalAnswer[ceiling], budget[ceiling]];
    if (share === undefined || (limit !== undefined && share <= limit)) return [];
    const why =
      limit === undefined
        ? `can't be kept from a budget without ${ceiling} (write ${ceiling}, too)`
        : `is above ${path}.${ceiling} (${limit})`;
    return [`${path}.finalAnswer.${ceiling}: ${share} ${why}`];
  });
  if (wallMs === undefined || per?.startsWith("rolling-") !== true) return kept;
  const calendar = per.slice("rolling-".length);
  return [
    ...kept,
    `${path}.wallMs: a rolling window can't limit wallMs (write per: "${calendar}")`,
  ];
}

/** The missing accounts of limits: without them the limits would not hold for any run. */
export function accountFaults(limits: Limits, accounts: Accounts): readonly string[] {
  const missing = levels.filter(
    (level) => limits[level] !== undefined && accounts[level] === undefined,
  );
  return missing.map((level) => {
    const instead = `registry.breaker({ accounts: { ${level} } })`;
    return `accounts.${level}: is missing, but limits.${level} needs it (write ${instead})`;
  });
}
