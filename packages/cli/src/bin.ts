#!/usr/bin/env node
import { runCli } from "./cli.ts";

// Without these listeners, a failed write would end the process with a stack trace. `out` reports failed writes to standard
// output. Nothing can report failed writes to standard error.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.exitCode = await runCli(process.argv.slice(2));
