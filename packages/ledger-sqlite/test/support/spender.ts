// One of several processes on one ledger: many agents of one user, who make tool calls at once. Prints how many ran.
import { createRegistry } from "@guard/core";
import { sqlite } from "../../src/index.ts";

const [file = "", agents = "0", most = "0", who = ""] = process.argv.slice(2);
const registry = createRegistry({
  ...sqlite(file),
  limits: { user: { toolCalls: Number(most) } },
  accounts: { user: "42" },
});
let ran = 0;
await Promise.all(
  Array.from({ length: Number(agents) }, async (_, agent) => {
    const breaker = registry.breaker();
    const lane = breaker.agent(`agent-${agent}`);
    for (const step of [1, 2]) {
      await lane
        .run({ kind: "tool", tool: "search", args: { who, agent, step } }, () => (ran += 1))
        .catch(() => {});
    }
    breaker.endRun();
  }),
);
console.log(ran);
