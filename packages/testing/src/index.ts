export { manualClock, type ManualClock } from "./manual-clock.ts";
export { seededRandom } from "./seeded-random.ts";
export { scriptedAgent } from "./scripted-agent.ts";
export type { Assertion, TestRunner } from "./test-runner.ts";
export { storeContract, type StoreTraits } from "./store-contract.ts";
export { ledgerContract, type LedgerTraits } from "./ledger-contract.ts";
export { adapterContract } from "./adapter/contract.ts";
export type {
  AdapterAnswer,
  AdapterHarness,
  AdapterLimit,
  AdapterRequest,
  AdapterRun,
  AdapterSetup,
  AdapterStream,
} from "./adapter/harness.ts";
