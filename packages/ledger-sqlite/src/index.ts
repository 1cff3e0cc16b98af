export { sqlite, type LedgerFile, type SqliteOptions } from "./sqlite.ts";
export { openLedger, type OpenLedger, type OpenLedgerOptions } from "./open-ledger.ts";
export type { AccountUsage } from "./account-usage.ts";
export type { Columns } from "./chain.ts";
export type { SealedQuery } from "./drop.ts";
export type { LedgerReader } from "./ledger-reader.ts";
export type { SqliteOutbox } from "./sqlite-outbox.ts";
export type { LedgerRow } from "./read-rows.ts";
export type { RunsQuery, RunSummary } from "./run-summary.ts";
export type { LedgerFault, Verification } from "./verify.ts";
export type { Assumption, AssumptionCode } from "./assumptions.ts";
export { frameHash, type Breach, type Difference, type Evidence, type Frame } from "./frame.ts";
export { renderFrame, type FrameFormat } from "./render-frame.ts";
export {
  NotAttestedError,
  type AttestOptions,
  type Attestation,
  type Review,
  type Reviews,
  type SessionReader,
} from "./reviews.ts";
