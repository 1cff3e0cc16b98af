// Mutation tests of core's rooms that decide. Stryker changes the code in one place at a time, and the tests must notice it.
//
//   npm run mutation                        whole rooms
//   npm run mutation -- --room failure      one of them
//   npm run mutation -- failover permit     files whose path holds one of the words
//   npm run mutation -- --changed           the files that have changed, as CI asks
//   npm run mutation -- --write             writes the scores of whole rooms into CONTRIBUTING.md
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { baseOf, changedSince, type Git } from "./changed-files.ts";
import { measure, type Mutant } from "./measure.ts";
import { leastScore, mutatedRooms, roomOf, roomsFolder } from "./rooms.ts";
import { scoreOf, scoreTable, survivors, withRowsOf } from "./score.ts";

const { values: given, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    changed: { type: "boolean", default: false },
    room: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
if (given.write && (given.changed || words.length > 0)) {
  throw new Error(
    "--write needs the scores of whole rooms: leave out --changed and the names of files",
  );
}

const git: Git = (...args) => {
  try {
    return execFileSync("git", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
};

const files = chosenFiles();
const measured = new Map<string, readonly Mutant[]>();
for (const room of mutatedRooms) {
  const own = files.filter((file) => roomOf(file) === room);
  if (own.length === 0) continue;
  const began = performance.now();
  const mutants = await measure(room, own);
  measured.set(room.name, mutants);
  console.log(`\n${room.name}: ${Math.round((performance.now() - began) / 1_000)} s`);
  console.log(scoreTable("file", own, (name) => mutants.filter(({ file }) => file === name)));
  for (const line of survivors(mutants)) console.log(line);
}
if (measured.size > 0) {
  const table = scoreTable("room", [...measured.keys()], (room) => measured.get(room)!);
  console.log(`\n${table}`);
  if (given.write) writeTable(table);
  const poor = [...measured].filter(([, mutants]) => scoreOf(mutants).percent < leastScore);
  for (const [room] of poor) {
    console.error(
      `${room}: the tests find less than ${leastScore} % of the mutants. The lines above say which they miss.`,
    );
  }
  if (poor.length > 0) process.exitCode = 1;
}

function chosenFiles(): readonly string[] {
  const all = mutatedRooms
    .filter(({ name }) => given.room === undefined || name === given.room)
    .flatMap(({ name }) => globSync(`${roomsFolder}/${name}/*.ts`).toSorted());
  const chosen =
    words.length === 0 ? all : all.filter((file) => words.some((word) => file.includes(word)));
  if (chosen.length === 0) throw new Error("no file of these rooms has such a name");
  if (!given.changed) return chosen;
  const base = baseOf(git, process.env["GUARD_BASE"]);
  if (base === undefined) {
    console.log(
      "git knows no earlier commit to compare with (a clone of one commit?): measures every file.",
    );
    return chosen;
  }
  const changed = new Set(changedSince(git, base));
  const own = chosen.filter((file) => changed.has(file));
  const rooms = mutatedRooms.map(({ name }) => name).join(", ");
  console.log(
    `compared with ${base.name}, ${base.commit.slice(0, 12)}: ${own.length} changed files in ${rooms}`,
  );
  return own;
}

/** Writes the rows of the measured rooms, and leaves those of the others. */
function writeTable(table: string): void {
  const page = "CONTRIBUTING.md";
  const text = readFileSync(page, "utf8");
  const place = /(?<=<!-- mutation scores -->\n)[^]*?(?=<!-- end -->)/;
  const before = place.exec(text)?.[0];
  if (before === undefined) throw new Error(`${page} has no place for the table`);
  writeFileSync(page, text.replace(place, `\n${withRowsOf(before, table)}\n\n`));
}
