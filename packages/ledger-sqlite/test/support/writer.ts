// Appends entries until it is killed. Prints the number of each entry once the ledger has acknowledged it.
import { writeSync } from "node:fs";
import { sqlite } from "../../src/index.ts";

const [file = "", who = ""] = process.argv.slice(2);
const { ledger } = sqlite(file);
for (let call = 0; ; call += 1) {
  ledger.append([
    {
      type: "settlement",
      run: who,
      at: Date.now(),
      call: String(call),
      status: "success",
      postings: [],
    },
  ]);
  writeSync(1, `${call}\n`);
}
