import { parseArgs } from "node:util";
import { adapters } from "./frameworks/index.ts";

const versions = ["newest", "oldest"] as const;
export type Version = (typeof versions)[number];

/** What the user asked for on the command line. */
export interface Flags {
  /** Default: all. */
  readonly adapters: readonly string[];
  /** Default: both. */
  readonly versions: readonly Version[];
  readonly pairwise: boolean;
  readonly json: boolean;
}

/** @throws {Error} with a message for the user who typed it */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      adapter: { type: "string", multiple: true },
      version: { type: "string", multiple: true },
      pairwise: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  return {
    adapters: chosen("--adapter", values.adapter, adapters),
    versions: chosen("--version", values.version, versions),
    pairwise: values.pairwise,
    json: values.json,
  };
}

function chosen<Name extends string>(
  flag: string,
  given: readonly string[] | undefined,
  known: readonly Name[],
): readonly Name[] {
  for (const name of given ?? []) {
    if (known.some((one) => one === name)) continue;
    throw new Error(`${flag}: expected one of ${known.join(", ")}, received "${name}"`);
  }
  return given === undefined ? known : known.filter((name) => given.includes(name));
}
