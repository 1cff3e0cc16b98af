export { sqlite, type LedgerFile, type SqliteOptions } from "./sqlite.ts";
export type { LedgerFault, Verification } from "./verify.ts";
export type { Assumption } from "./assumptions.ts";
export { frameHash, type Breach, type Difference, type Evidence, type Frame } from "./frame.ts";
export { renderFrame, type FrameFormat } from "./render-frame.ts";
export {
  NotAttestedError,
  type AttestOptions,
  type Attestation,
  type Review,
  type Reviews,
} from "./reviews.ts";
export type { Spec } from "./spec.ts";
