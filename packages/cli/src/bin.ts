#!/usr/bin/env node
import { runCli } from "./cli.ts";

// A failed write to standard output is told to whoever wrote; without listeners it would end the process
// with a stack trace. Where standard error fails there is nobody left to tell.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.exitCode = await runCli(process.argv.slice(2));
