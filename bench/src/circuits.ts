// guard's failure circuits beside those of cockatiel and opossum: `npm run bench:circuits [-- --json]`. First the same
// scenarios with each library, then the time of a call. The libraries take turns in one process.
import { parseArgs } from "node:util";
import { compareLibraries } from "./circuits/compare.ts";
import { measureSpeed } from "./circuits/speed.ts";

const { values: options } = parseArgs({ options: { json: { type: "boolean" } } });

for (const compared of await compareLibraries()) {
  const { scenario, outcomes } = compared;
  const each = Object.entries(outcomes).map(
    ([library, { state, answer }]) => `${library} ${state}, ${answer}`,
  );
  console.log(options.json ? JSON.stringify(compared) : `${scenario.name}: ${each.join(" | ")}`);
}

for (const speed of await measureSpeed()) {
  const { measure, us, ratio } = speed;
  const each = Object.entries(us).map(([library, time]) => `${library} ${time.toFixed(2)} µs`);
  const over = Object.entries(ratio).map(([library, times]) => `${times.toFixed(1)} × ${library}`);
  console.log(
    options.json
      ? JSON.stringify(speed)
      : `${measure}: ${each.join(" | ")} (guard: ${over.join(", ")})`,
  );
}
