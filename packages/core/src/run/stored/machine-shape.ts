import * as v from "valibot";
import type { Closed, HalfOpen, MachineState, Open, Trip } from "../../machine/state.ts";
import type { Repeat } from "../../evidence/records.ts";
import type { Spending } from "../../vocabulary/spending.ts";
import { findingShape } from "./finding-shape.ts";
import {
  count,
  countOrNone,
  figure,
  flag,
  list,
  maybe,
  missing,
  moment,
  object,
  text,
  type Shape,
} from "./shapes.ts";

/** A signature with one of its outcomes. */
export const repeatsShape: Shape<Repeat[]> = list(object<Repeat>({ signature: text, exact: text }));

export const spendingShape: Shape<Spending> = object<Spending>({
  modelCalls: count,
  toolCalls: count,
  delegations: countOrNone,
  tokens: figure,
  usd: figure,
});

const trip: Shape<Trip> = v.pipe(
  object<Trip>({
    at: moment,
    finding: findingShape,
    used: spendingShape,
    repeats: repeatsShape,
    recovers: flag,
    until: maybe(figure),
    hasLastAnswer: missing(v.literal(true)),
  }),
  v.check(
    ({ finding: { reason }, recovers }) =>
      recovers === (reason !== "budget" && reason !== "manual"),
    "recovers, or does not, against its reason",
  ),
);

const attempt = v.pipe(count, v.minValue(1));

const closed: Shape<Closed> = object<Closed>({ status: v.literal("closed") });

const open: Shape<Open> = v.pipe(
  object<Open>({
    status: v.literal("open"),
    openedAt: moment,
    cooldownMs: v.pipe(figure, v.integer()),
    attempt,
    trip,
  }),
  v.check((state) => state.openedAt === state.trip.at, "has opened at another time than its trip"),
);

const halfOpen: Shape<HalfOpen> = v.pipe(
  object<HalfOpen>({
    status: v.literal("half-open"),
    attempt,
    trip,
    claim: object({ lane: text, until: figure }),
    leases: list(object({ lane: text, token: text, until: figure })),
  }),
  v.check((state) => state.trip.recovers, "tries out what time does not heal"),
);

/** The circuit's own state. The status selects the shape: a fault then names the wrong field. */
export const machineShape: Shape<MachineState> = v.lazy((value) => {
  const status: unknown = Reflect.get(Object(value), "status");
  return status === "open" ? open : status === "half-open" ? halfOpen : closed;
});
