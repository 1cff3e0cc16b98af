import type { Command } from "commander";

/** Adds a command that reads or writes a ledger, with its examples. */
export type MakeCommand = (
  name: string,
  description: string,
  examples: readonly string[],
) => Command;
