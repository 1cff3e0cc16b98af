import type { Breaker, Override } from "@guard/core";
import { atBreaker, localUser } from "../at-breaker.ts";
import { counted } from "../counted.ts";
import { exitCodes } from "../exit-codes.ts";
import type { LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import { printable } from "../printable.ts";
import { shownTime, widestName } from "../shown.ts";
import { toJson } from "../to-json.ts";

export interface ResetOptions extends LedgerOptions {
  readonly by?: string;
  readonly why: string;
}

/** What a breaker was like before a reset. */
interface Before {
  /** The stop that a reset ends. */
  readonly stop?: { readonly reason: string; readonly at: number };
  /** The overrides that a reset lifts. */
  readonly overrides: readonly Override[];
}

/** `guard reset`: lets the next run of a stopped breaker start, and lifts its overrides. */
export async function resetBreaker(
  name: string,
  { db, json, why, by = localUser() }: ResetOptions,
  output: Output,
): Promise<number> {
  const { before, isReset } = await atBreaker(db, name, (breaker) => {
    const found = lookAt(breaker);
    const isNeeded = found.stop !== undefined || found.overrides.length > 0;
    if (isNeeded) breaker.reset({ by, why });
    return { before: found, isReset: isNeeded };
  });
  await output.out(
    json
      ? `${toJson({ run: name, reset: isReset, ...before, ...(isReset ? { by, why } : {}) })}\n`
      : rendered(printable(name, widestName), before),
  );
  return exitCodes.ok;
}

function lookAt({ trip, overrides }: Breaker): Before {
  return trip === undefined
    ? { overrides }
    : { stop: { reason: trip.reason, at: trip.at }, overrides };
}

function rendered(name: string, { stop, overrides }: Before): string {
  if (stop === undefined && overrides.length === 0) {
    return `${name} is not stopped, and no override holds: there is nothing to reset.\n`;
  }
  const said = [
    ...(stop === undefined
      ? []
      : [
          `guard stopped ${name} on ${shownTime(stop.at)} UTC (${stop.reason}). The reset ends the stop.`,
        ]),
    ...(overrides.length === 0
      ? []
      : [`The reset lifts ${counted(overrides.length, "override")}.`]),
    `The next run of ${name} may start.`,
  ];
  return `${said.join("\n")}\n`;
}
