import { laddersOf } from "./ladders.ts";
import type { GuardOptions, ToolOptions } from "./guard-options.ts";
import type { Pricing } from "../budget/price-of.ts";
import { budgetFaults } from "../budget/limit-faults.ts";
import { limited, type Limited, type Limits } from "../budget/limits.ts";
import { accountLimitsOf, type AccountLimits } from "../budget/account-limit.ts";
import type { Accounts } from "../vocabulary/accounts.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Recovery } from "../machine/state.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import type { Texts } from "../vocabulary/texts.ts";
import { readOptions } from "./options-schema.ts";
import { systemClock, systemMonotonic, type Clock } from "../ports/clock.ts";
import { systemContext, type AsyncContext } from "../ports/async-context.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Price } from "../ports/price.ts";
import { systemRandom, type Random } from "../ports/random.ts";
import type { Recorder } from "../ports/recorder.ts";
import type { Store } from "../ports/store.ts";
import { thirdOfCharacters, type TokenEstimator } from "../ports/tokens.ts";
import { systemTimer, type Timer } from "../ports/timer.ts";
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
  readonly texts: Partial<Texts>;
  readonly shared: boolean;
  readonly idleRunMs: number;
  readonly recovery: Recovery;
  readonly price: Price | undefined;
  readonly pricing: Pricing;
  readonly tokens: TokenEstimator;
  readonly reservations: { readonly ttlMs: number; readonly waitMs: number };
  readonly onStoreError: "local" | "deny";
  readonly ledger: Ledger | undefined;
  readonly record: Recorder | undefined;
  readonly store: Store | undefined;
  readonly warnings: boolean;
  readonly clock: Clock;
  readonly monotonic: Clock;
  readonly random: Random;
  readonly wait: Wait;
  readonly timer: Timer;
  readonly timeoutMs: number;
  readonly context: AsyncContext | undefined;
}

/**
 * Checks and copies options, and fills in the defaults.
 *
 * @throws {OptionsError} naming the path and the received value of each fault
 */
export function normalize(given: GuardOptions = {}): Settings {
  const options = readOptions(given);
  const { preset = "balanced", budget = {}, limits = {}, accounts = {} } = options;
  const { recovery = {}, reservations = {}, pricing = {}, ports = {} } = options;
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
    texts: options.texts ?? {},
    shared: options.shared ?? false,
    idleRunMs: options.idleRunMs ?? 60 * 60_000,
    recovery: {
      cooldownMs: recovery.cooldownMs ?? 30_000,
      maxCooldownMs: recovery.maxCooldownMs ?? 15 * 60_000,
      leaseMs: recovery.leaseMs ?? 60_000,
      probes: recovery.probes ?? 1,
    },
    price: options.price,
    pricing: {
      unknown: pricing.unknown ?? "ceiling",
      ceiling: pricing.ceiling ?? { inputUsdPerMillion: 15, outputUsdPerMillion: 120 },
      missingUsage: pricing.missingUsage ?? "estimate",
    },
    tokens: options.tokens ?? thirdOfCharacters,
    reservations: {
      ttlMs: reservations.ttlMs ?? 10 * 60_000,
      waitMs: reservations.waitMs ?? 30_000,
    },
    onStoreError: options.onStoreError ?? "local",
    ledger: options.ledger,
    record: options.record,
    store: options.store,
    warnings: options.warnings ?? true,
    clock: ports.clock ?? systemClock,
    monotonic: ports.monotonic ?? ports.clock ?? systemMonotonic,
    random: ports.random ?? systemRandom,
    wait: ports.wait ?? systemWait,
    timer: ports.timer ?? systemTimer,
    timeoutMs: ports.timeoutMs ?? 5_000,
    context: ports.context ?? systemContext,
  };
}
