import type { Breaker, Override } from "@guard/core";
import type { LedgerFile } from "@guard/ledger-sqlite";
import { atBreaker, localUser } from "../at-breaker.ts";
import { counted } from "../counted.ts";
import { exitCodes } from "../exit-codes.ts";
import { InputError } from "../input-error.ts";
import type { LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { printable } from "../printable.ts";
import { shownTime, widestName } from "../shown.ts";
import { parseAge } from "../since.ts";
import { toJson } from "../to-json.ts";

export interface OverrideBreakerOptions extends LedgerOptions {
  readonly force?: "open" | "closed";
  readonly allow?: string | true;
  readonly grant?: "model" | "tool" | "delegation";
  readonly times: string;
  readonly usd?: string;
  readonly tokens?: string;
  readonly modelCalls?: string;
  readonly toolCalls?: string;
  readonly account?: string;
  readonly for: string;
  readonly by?: string;
  readonly why: string;
}

/** `guard override`: a person's decision about a breaker, for its next runs. */
export async function overrideBreaker(
  name: string,
  options: OverrideBreakerOptions,
  output: Output,
): Promise<number> {
  const { db, json, why, by = localUser() } = options;
  const ms = parseAge("--for", options.for);
  const decided = decisionIn(options);
  const override = await atBreaker(db, name, (breaker, ledger) => {
    const until = Date.now() + ms;
    const decision = "allow" in decided ? allowance(decided, breaker, ledger) : decided;
    let applied: Override | undefined;
    breaker.on("override", (event) => void (applied = event.override));
    breaker.override({ ...decision, by, why, until });
    return applied!;
  });
  await output.out(
    json ? `${toJson({ run: name, override })}\n` : rendered(printable(name, widestName), override),
  );
  return exitCodes.ok;
}

type Decision =
  | { readonly force: "open" | "closed" }
  | { readonly allow: string | true; readonly times: number }
  | { readonly grant: "model" | "tool" | "delegation"; readonly times: number }
  | { readonly extend: Partial<Record<Ceiling, number>>; readonly account?: string };

type Ceiling = "usd" | "tokens" | "modelCalls" | "toolCalls";

const ceilings: Readonly<Record<Ceiling, string>> = {
  usd: "--usd",
  tokens: "--tokens",
  modelCalls: "--model-calls",
  toolCalls: "--tool-calls",
};

/** The one decision of a command line. */
function decisionIn(options: OverrideBreakerOptions): Decision {
  const { force, allow, grant, account } = options;
  const extend = Object.fromEntries(
    Object.entries(ceilings).flatMap(([ceiling, option]) => {
      const given = options[ceiling as Ceiling];
      return given === undefined ? [] : [[ceiling, amountIn(option, given)]];
    }),
  );
  const isExtended = Object.keys(extend).length > 0;
  const given = [force, allow, grant, isExtended || undefined].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new InputError(
      "guard override needs one decision: --force open, --force closed, --allow, --grant KIND, or more budget " +
        "(--usd, --tokens, --model-calls, --tool-calls). guard override --help shows examples",
    );
  }
  if (account !== undefined && !isExtended) {
    throw new InputError(
      "--account: only more budget has an account, such as --usd 5 --account user:42",
    );
  }
  if (force !== undefined) return { force };
  if (isExtended) return { extend, ...(account === undefined ? {} : { account }) };
  const times = countIn(options.times);
  return allow === undefined ? { grant: grant!, times } : { allow, times };
}

function countIn(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InputError(
    `--times: expected a whole number from 1 on, received ${JSON.stringify(text)}`,
  );
}

function amountIn(option: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InputError(`${option}: expected a number above 0, received ${JSON.stringify(text)}`);
}

/** An allowance for a signature. Without one: for the calls of the last stop. */
function allowance(
  { allow, times }: Extract<Decision, { readonly allow: unknown }>,
  { state, id }: Breaker,
  ledger: LedgerFile,
): { readonly allow: string; readonly times: number } {
  const name = printable(id, widestName);
  if (state === "open") {
    throw new InputError(
      `${name} is stopped, and --allow starts no stopped run. Run guard reset ${name}, and then this command again`,
    );
  }
  if (allow !== true) return { allow, times };
  const trip = ledger.read({ run: id, type: "trip" }).at(-1);
  const signature = trip?.type === "trip" ? trip.report.finding.signatures[0] : undefined;
  if (signature !== undefined) return { allow: signature, times };
  throw new InputError(
    `guard never stopped ${name} for a repeated call. Name the signature: --allow SIGNATURE`,
  );
}

function rendered(name: string, override: Override): string {
  return (
    `Until ${shownTime(override.until)} UTC, ${effectOf(name, override)}.\n` +
    `The next run of ${name} reads this. guard reset ${name} lifts it.\n`
  );
}

function effectOf(name: string, override: Override): string {
  if ("allow" in override) {
    return `guard lets ${counted(override.times, "call")} of ${name} with the signature ${printable(override.allow, widestName)} repeat`;
  }
  if ("grant" in override) {
    const kind = override.grant === "delegation" ? "hand-off" : `${override.grant} call`;
    return `${counted(override.times, kind)} of ${name} may run although guard stopped it`;
  }
  if ("extend" in override) {
    const { usd, tokens, modelCalls, toolCalls } = override.extend;
    const more = [
      ...(usd === undefined ? [] : [`${usd} USD`]),
      ...(tokens === undefined ? [] : [`${tokens} tokens`]),
      ...(modelCalls === undefined ? [] : [counted(modelCalls, "model call")]),
      ...(toolCalls === undefined ? [] : [counted(toolCalls, "tool call")]),
    ];
    const whose =
      override.account === "run"
        ? "its budget"
        : `the limit of ${printable(override.account, widestName)}`;
    return `each run of ${name} may use ${more.join(", ")} more than ${whose}`;
  }
  return override.force === "open"
    ? `guard refuses every call of ${name}`
    : `guard lets every call of ${name} run: no rule and no budget stops it`;
}
