// Plays the combinations of one framework: `node child.ts <framework> <all|pairwise>`. Each row goes to
// standard output as one line of JSON, with what is wrong with it, and at last how many they are.
import { isExpectedLine } from "guard-test-support/langchain-lines";
import { combinations } from "./combination.ts";
import { frameworks } from "./frameworks/index.ts";
import { fewFor } from "./few.ts";
import { play } from "./row.ts";
import { versionOf } from "./version.ts";

const [name = "", which] = process.argv.slice(2);
const entry = frameworks.find((known) => known.name === name);
if (entry === undefined) throw new Error(`there is no framework "${name}"`);

// Standard output is for rows. What frameworks print about errors that guard throws says nothing here.
const print = console.error.bind(console);
for (const method of ["log", "info", "warn", "error"] as const) {
  console[method] = (...parts: unknown[]) => {
    if (!isExpectedLine(String(parts[0]))) print(...parts);
  };
}

const framework = await entry.load();
const head = { adapter: entry.adapter, framework: name, version: versionOf(entry.module ?? name) };
const chosen = which === "pairwise" ? fewFor(framework) : combinations;
for (const combination of chosen) {
  const judged = await play(framework, head, combination);
  process.stdout.write(`${JSON.stringify(judged)}\n`);
}
// The last line: without it the child has died on its way.
process.stdout.write(`${JSON.stringify({ played: chosen.length })}\n`);
