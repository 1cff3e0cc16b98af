// What runs, and is paid for, after a trip: `npm run matrix [-- --adapter NAME --version newest|oldest
// --pairwise --json]`. Fails where anything runs, or where the trip is not seen.
import { playAll } from "./children.ts";
import { readFlags, type Flags } from "./flags.ts";
import { faultLines, reasonsOf, sectionsOf, summaryOf, tableOf } from "./report.ts";

function flagsOrEnd(): Flags {
  try {
    return readFlags(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const flags = flagsOrEnd();
const began = performance.now();
const { judged, dead } = await playAll(flags);
const rows = judged.map(({ row }) => row);

if (flags.json) for (const row of rows) console.log(JSON.stringify(row));
else {
  for (const section of sectionsOf(rows)) {
    console.log(`\n${section.framework} ${section.version} (@guard/${section.adapter})\n`);
    console.log(tableOf(section));
    for (const reason of reasonsOf(section)) console.log(`– ${reason}`);
  }
}

const tell = flags.json ? console.error : console.log;
tell(`\n${summaryOf(judged)}, in ${Math.round((performance.now() - began) / 1_000)} s`);
const faults = [...faultLines(judged), ...dead];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
