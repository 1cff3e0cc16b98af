import { laddersOf } from "./ladders.ts";
import type { GuardOptions, ToolOptions } from "./guard-options.ts";
import type { CeilingPrice } from "../budget/price-of.ts";
import { budgetFaults } from "../budget/limit-faults.ts";
import { limited, type Limited, type Limits } from "../budget/limits.ts";
import { accountLimitsOf, type AccountLimits } from "../budget/account-limit.ts";
import type { Accounts } from "../budget/accounts.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Recovery } from "../machine/state.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { faultsOf } from "./options-schema.ts";
import { systemClock, type Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Price } from "../ports/price.ts";
import { systemRandom, type Random } from "../ports/random.ts";
import type { Recorder } from "../ports/recorder.ts";
import type { Store } from "../ports/store.ts";
import { thirdOfCharacters, type TokenEstimator } from "../ports/tokens.ts";
import { systemWait, type Wait } from "../ports/wait.ts";
import { presets, type Preset } from "./presets.ts";

/** Options with every default filled in. */
export interface Settings {
  readonly ladders: Preset;
  readonly toolOptions: ReadonlyMap<string, ToolOptions>;
  readonly limits: Limits;
  readonly accounts: Accounts;
  readonly accountLimits: AccountLimits;
  readonly limited: Limited;
  readonly mode: "enforce" | "observe";
  readonly onTrip: OnTrip;
  readonly shared: boolean;
  readonly idleRunMs: number;
  readonly recovery: Recovery;
  readonly price: Price | undefined;
  readonly onUnknownPrice: "ceiling" | "deny" | "allow";
  readonly ceilingPrice: CeilingPrice;
  readonly onMissingUsage: "estimate" | "zero";
  readonly tokens: TokenEstimator;
  readonly reservationMs: number;
  readonly reserveWaitMs: number;
  readonly onStoreError: "local" | "deny";
  readonly ledger: Ledger | undefined;
  readonly wait: Wait;
  readonly record: Recorder | undefined;
  readonly store: Store | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Checks options and fills in the defaults.
 *
 * @throws {OptionsError} naming the path and the received value of each fault
 */
export function normalize(options: GuardOptions = {}): Settings {
  const faults = faultsOf(options);
  if (faults.length > 0) throw new OptionsError(faults);
  const {
    preset = "balanced",
    cooldownMs = 30_000,
    maxCooldownMs = 15 * 60_000,
    leaseMs = 60_000,
  } = options;
  const { budget = {}, limits = {}, accounts = {} } = options;
  const contradictory = budgetFaults(budget, limits);
  if (contradictory.length > 0) throw new OptionsError(contradictory);
  const tools = Object.entries(options.tools ?? {});
  return {
    ladders: laddersOf(
      typeof preset === "string" ? presets[preset] : preset,
      options.rules,
      new Map(tools.map(([tool, known]) => [tool, known?.thresholds])),
    ),
    toolOptions: new Map(tools.map(([tool, known]) => [tool, known ?? {}])),
    limits,
    accounts,
    accountLimits: accountLimitsOf(budget, limits, accounts),
    limited: limited(budget, limits),
    mode: options.mode ?? "enforce",
    onTrip: options.onTrip ?? "throw",
    shared: options.shared ?? false,
    idleRunMs: options.idleRunMs ?? 60 * 60_000,
    recovery: { cooldownMs, maxCooldownMs, leaseMs, probes: options.probes ?? 1 },
    price: options.price,
    onUnknownPrice: options.onUnknownPrice ?? "ceiling",
    ceilingPrice: options.ceilingPrice ?? { inputUsdPerMillion: 15, outputUsdPerMillion: 120 },
    onMissingUsage: options.onMissingUsage ?? "estimate",
    tokens: options.tokens ?? thirdOfCharacters,
    reservationMs: options.reservationMs ?? 10 * 60_000,
    reserveWaitMs: options.reserveWaitMs ?? 30_000,
    onStoreError: options.onStoreError ?? "local",
    ledger: options.ledger,
    wait: options.wait ?? systemWait,
    record: options.record,
    store: options.store,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}
