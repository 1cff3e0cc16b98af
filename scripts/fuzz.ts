// Hands hostile values to guard's signatures and options: npm run fuzz -- [--values 1000000] [--seed 7]
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { places, readAt, sign } from "../packages/core/test/fuzz/doors.ts";
import { hostileValue, withoutEnd } from "../packages/core/test/fuzz/hostile-value.ts";

const { values: given } = parseArgs({
  options: { values: { type: "string", default: "1000000" }, seed: { type: "string" } },
});
const numRuns = Number(given.values);
const seed = Number(given.seed ?? Date.now() % 2 ** 31);

/** guard must be done with a value in this time, also with one without an end, on a machine that has other work to do. */
const longestMs = 60_000;
/** The process must get by with so much memory, in megabytes. */
const mostMb = 3_000;

let slowest = { ms: 0, what: "nothing" };

function timed(what: string, work: () => void): void {
  const before = performance.now();
  work();
  const ms = performance.now() - before;
  if (ms > slowest.ms) slowest = { ms, what };
  if (ms > longestMs) throw new Error(`${what} took ${Math.round(ms)} ms`);
}

const seconds = (since: number) => `${Math.round((performance.now() - since) / 1_000)} s`;
const slowestSoFar = () => `the slowest took ${Math.round(slowest.ms)} ms (${slowest.what})`;

console.log(`${numRuns} hostile values, seed ${seed}`);
console.log(`the same values again: npm run fuzz -- --values ${numRuns} --seed ${seed}`);

const began = performance.now();
fc.assert(
  fc.property(hostileValue, fc.constantFrom(...places), (make, place) => {
    const value = make();
    timed("a signature", () => sign(value));
    timed(place[0], () => readAt(place, value));
  }),
  { numRuns, seed },
);
console.log(`guard signed and read each of them in ${seconds(began)}; ${slowestSoFar()}`);

const later = performance.now();
slowest = { ms: 0, what: "nothing" };
for (const make of withoutEnd) {
  timed("a signature", () => sign(make()));
  for (const place of places) timed(place[0], () => readAt(place, make()));
}
console.log(`${withoutEnd.length} values without an end: ${seconds(later)}; ${slowestSoFar()}`);

const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`at most ${rssMb} MB of memory`);
if (rssMb > mostMb) throw new Error(`more than ${mostMb} MB`);
