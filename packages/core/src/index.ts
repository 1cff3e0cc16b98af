export { createBreaker, type Breaker } from "./breaker/breaker.ts";
export type { BreakerOptions } from "./breaker/breaker-options.ts";
export type { OverrideOptions } from "./options/override-options.ts";
export type { Override } from "./vocabulary/override.ts";
export type { OnTrip } from "./vocabulary/on-trip.ts";
export { createRegistry, type Registry } from "./breaker/registry.ts";
export type { ErrorMatch, FailureCircuitOptions } from "./failure/circuit-options.ts";
export type {
  CircuitCallOptions,
  CircuitEventName,
  CircuitListener,
  FailureCircuit,
  ForceOptions,
} from "./failure/failure-circuit.ts";
export type { CircuitStats } from "./failure/circuit-stats.ts";
export type { Permit } from "./failure/permit.ts";
export {
  failover,
  FailoverError,
  type CircuitRoute,
  type FailedRoute,
  type FailoverOptions,
  type LastRoute,
  type RouteContext,
} from "./failure/failover.ts";
export type { HumanQueue, HumanQueueOptions } from "./failure/human-queue.ts";
export type { Ticket } from "./failure/ticket.ts";
export { isProviderFailure } from "./failure/provider-failure.ts";
export { CircuitRefusalError, type FailureCircuitState } from "./vocabulary/circuit-refusal.ts";
export type { StopHandle } from "./breaker/stop-runs.ts";
export type { Reasons, StopOptions } from "./options/stop-options.ts";
export type { Stop, StopSelector } from "./vocabulary/stop.ts";
export type { BreakerSource } from "./adapter/source.ts";
export { guarded, type GuardedOptions } from "./adapter/guarded.ts";
export { asRun } from "./adapter/as-run.ts";
export type { LoopAgent } from "./adapter/loop-agent.ts";
export { askModel } from "./adapter/ask-model.ts";
export { useTool, type ToolText } from "./adapter/use-tool.ts";
export type { Lane } from "./breaker/lane.ts";
export type {
  Call,
  Decision,
  DelegationCall,
  Finding,
  ModelCall,
  Outcome,
  Reason,
  RuleName,
  Settlement,
  Token,
  ToolCall,
  Usage,
  Verdict,
} from "./vocabulary/call.ts";
export type { ToolPolicy } from "./vocabulary/tool-policy.ts";
export type { ProviderTool, ToolRuns } from "./vocabulary/provider-tool.ts";
export type { PriceUsed } from "./vocabulary/price-used.ts";
export type { Budget, Budgets, Limits, RunBudget } from "./budget/limits.ts";
export type { Ceilings } from "./vocabulary/ceilings.ts";
export type { Accounts } from "./vocabulary/accounts.ts";
export type { AccountBalance } from "./budget/account-balances.ts";
export type { Audit } from "./ledger/audit.ts";
export { memoryLedger, type MemoryLedger } from "./ledger/memory-ledger.ts";
export type { RegistryLedger } from "./ledger/registry-ledger.ts";
export type { Per } from "./budget/window.ts";
export type { Posting } from "./vocabulary/posting.ts";
export type { Spending } from "./vocabulary/spending.ts";
export {
  BudgetExceededError,
  CallRefusedError,
  CircuitOpenError,
  GuardError,
  OptionsError,
  SnapshotError,
  type ErrorCode,
} from "./vocabulary/errors.ts";
export { findCircuitOpen } from "./vocabulary/find-circuit-open.ts";
export { findCircuitRefusal } from "./vocabulary/find-circuit-refusal.ts";
export type { TripReport } from "./vocabulary/trip-report.ts";
export type { CircuitStatus, EventName, GuardEvent, Listener } from "./vocabulary/events.ts";
export type { GuardOptions, ToolOptions } from "./options/guard-options.ts";
export type {
  PortOptions,
  PricingOptions,
  RecoveryOptions,
  ReservationOptions,
} from "./options/option-groups.ts";
export type { LadderChanges } from "./options/ladders.ts";
export { presets, type Preset, type PresetName } from "./options/presets.ts";
export type { Ladder } from "./rules/ladder.ts";
export type { Clock } from "./ports/clock.ts";
export type { AsyncContext } from "./ports/async-context.ts";
export type { MaybePromise } from "./ports/maybe-promise.ts";
export type { Ledger, LedgerEntry, LedgerQuery } from "./ports/ledger.ts";
export type { ModelUsage, Price } from "./ports/price.ts";
export type { TokenEstimator } from "./ports/tokens.ts";
export type { Random } from "./ports/random.ts";
export type { Recorder } from "./ports/recorder.ts";
export type { Figures, Store, StorePosting, Versioned, Write } from "./ports/store.ts";
export type { RecordedEvent } from "./vocabulary/recorded-event.ts";
export { memoryStore, type MemoryStore } from "./store/memory-store.ts";
export type { Snapshot } from "./vocabulary/snapshot.ts";
export { policyFromHints } from "./evidence/policy.ts";
export { signature } from "./signature/sign.ts";
export { checkSpec, type Spec } from "./vocabulary/spec.ts";
export { defaultTexts, type Texts } from "./vocabulary/texts.ts";
