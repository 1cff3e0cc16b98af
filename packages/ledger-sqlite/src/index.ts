export { sqlite, type LedgerFile, type SqliteOptions } from "./sqlite.ts";
export type { LedgerFault, Verification } from "./verify.ts";
