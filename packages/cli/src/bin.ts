#!/usr/bin/env node
import { runCli } from "./cli.ts";

// A failed write to standard output rejects the write; without listeners it would end the process with a
// stack trace. Where standard error fails no place is left to report it.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.exitCode = await runCli(process.argv.slice(2));
