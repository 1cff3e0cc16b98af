// A process of the stopped job `nightly`: asks for so many model calls, and prints how many passed.
import { createRegistry } from "@guard/core";
import { sqlite } from "@guard/ledger-sqlite";

const [, , file = "", calls = ""] = process.argv;
const { store, ledger } = sqlite(file);
const lane = createRegistry({ store, ledger }).breaker({ name: "nightly" }).agent("importer");
let passed = 0;
for (let call = 0; call < Number(calls); call += 1) {
  const [{ verdict, token }] = await lane.admit([{ kind: "model", model: "m" }]);
  if (verdict !== "allow") continue;
  passed += 1;
  await lane.settle(token, { status: "success", usage: { inputTokens: 1 } });
}
ledger.close();
console.log(passed);
