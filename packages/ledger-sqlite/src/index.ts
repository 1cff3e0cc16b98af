export { sqlite, type LedgerFile, type SqliteOptions } from "./sqlite.ts";
export { openLedger, type OpenLedger, type OpenLedgerOptions } from "./open-ledger.ts";
export type { AccountUsage } from "./account-usage.ts";
export type { Columns } from "./chain.ts";
export type { SealedQuery } from "./drop.ts";
export type { LedgerReader } from "./ledger-reader.ts";
export type { LedgerRow } from "./read-rows.ts";
export type { RunsQuery, RunSummary } from "./run-summary.ts";
export type { LedgerFault, Verification } from "./verify.ts";
