import * as v from "valibot";
import type { Balance } from "../../budget/balance.ts";
import type { Ceilings } from "../../vocabulary/ceilings.ts";
import type { Used } from "../../vocabulary/spending.ts";
import {
  amountFields,
  amounts,
  count,
  countOrNone,
  missing,
  moment,
  object,
  oneOf,
  record,
  text,
  type Shape,
} from "./shapes.ts";

/** A moment as a key. */
export const expiresShape: v.GenericSchema<string, string> = v.pipe(
  text,
  v.check((key) => {
    const at = Number(key);
    return Number.isFinite(at) && at >= 0 && String(at) === key;
  }, "is no moment in milliseconds since the epoch"),
);

const used: Shape<Used> = object<Used>({
  modelCalls: count,
  toolCalls: count,
  delegations: countOrNone,
  ...amountFields,
});

const ceiling = oneOf<keyof Ceilings>({
  modelCalls: true,
  toolCalls: true,
  tokens: true,
  usd: true,
  wallMs: true,
});

/** What an account of a run has used, in its one slot, and what it holds. */
export const balanceShape: Shape<Balance> = object<Balance>({
  startedAt: missing(moment),
  latestAt: missing(moment),
  used: object<{ "0": Used }>({ "0": used }),
  held: record(expiresShape, amounts),
  alerted: record(ceiling, moment),
});
