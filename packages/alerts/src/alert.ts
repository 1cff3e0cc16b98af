import { defaultTexts, type Registry } from "@guard/core";

/** What an alert tells. It holds names and figures, no arguments, results or prompts. */
export interface Alert {
  /** `hard`: guard stopped a run. `soft`: a budget is nearly spent, and runs go on. */
  readonly severity: "hard" | "soft";
  /** The name or the id of the run's breaker. */
  readonly run: string;
  /** When, as ISO 8601 in UTC. */
  readonly time: string;
  /** What happened, in one sentence. */
  readonly text: string;
  /** Why guard stopped the run; the ceiling that is near, for a soft alert. */
  readonly reason: string;
  readonly agent?: string;
  readonly tool?: string;
  /** Whose budget, such as `run` or `user:42`. */
  readonly account?: string;
  /** What the run had used when guard stopped it. */
  readonly used?: { readonly usd: number; readonly tokens: number; readonly modelCalls: number };
}

/** An alert, and the name under which it is sent only once. */
export interface KeyedAlert {
  readonly key: string;
  readonly alert: Alert;
}

/** Calls `tell` for each alert of a registry's runs. Returns a function that ends it. */
export function onAlert(
  registry: Pick<Registry, "on">,
  tell: (alert: KeyedAlert) => void,
): () => void {
  const ends = [
    registry.on("trip", ({ run, at, report, observed }) => {
      if (observed) return;
      const { finding, reason, used } = report;
      const { agent, tool, account } = finding;
      const alert: Alert = {
        severity: "hard",
        run,
        time: new Date(at).toISOString(),
        text: defaultTexts.stopped(report),
        reason,
        agent,
        ...(tool === undefined ? {} : { tool }),
        ...(account === undefined ? {} : { account }),
        used: { usd: used.usd, tokens: used.tokens, modelCalls: used.modelCalls },
      };
      tell({ key: `trip ${run} ${reason} ${at}`, alert });
    }),
    registry.on("budget-alert", ({ run, at, account, ceiling, limit, used }) => {
      const time = new Date(at).toISOString();
      const share = Math.floor((used / limit) * 100);
      const text = `${account} has used ${share} % of its budget (${ceiling}: ${used} of ${limit}).`;
      const alert: Alert = { severity: "soft", run, time, text, reason: ceiling, account };
      // guard raises the event once in each window: the moment tells windows apart, and the run its own account.
      tell({ key: `budget ${run} ${account} ${ceiling} ${at}`, alert });
    }),
  ];
  return () => ends.forEach((end) => end());
}
