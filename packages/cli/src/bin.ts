#!/usr/bin/env node
import { runCli } from "./cli.ts";

// Without these listeners, a failed write would end the process with a stack trace. `out` reports failed writes to standard
// output. Nothing can report failed writes to standard error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

// Node.js 22 calls two features that guard uses experimental at each start. A user of guard can do nothing about that.
// Every other warning, such as one of the module that --config names, still appears.
const ofGuard = /^(?:SQLite|Type Stripping) is an experimental feature/;
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = (warning: string | Error, ...more: unknown[]) => {
  if (!ofGuard.test(String(warning))) Reflect.apply(emitWarning, undefined, [warning, ...more]);
};

process.exitCode = await runCli(process.argv.slice(2));
