import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRegistry, OptionsError, type GuardOptions } from "@guard/core";
import { InputError, unreadable } from "./input-error.ts";

const write = `Write { "preset": "strict" } into a .json file, or export default { preset: "strict" } into a module`;

/**
 * Reads and checks the options in a file. `preset` wins over the file's preset. Without a file: the defaults.
 *
 * @throws {InputError} if the file can't be read or an option is wrong. Each fault is one line
 */
export async function loadConfig(
  file: string | undefined,
  preset: GuardOptions["preset"],
): Promise<GuardOptions> {
  if (file === undefined) return preset === undefined ? {} : { preset };
  const loaded = await load(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (!isOptions(loaded))
    throw new InputError(`${file}: expected an object with options. ${write}`);
  const options = preset === undefined ? loaded : { ...loaded, preset };
  try {
    createRegistry(options);
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const faults = error.faults.map((fault) => `${file}: ${fault}`);
    throw new InputError(faults.join("\n"), { cause: error });
  }
  return options;
}

async function load(file: string): Promise<unknown> {
  const path = resolve(file);
  // Read first: the error of a failed import would not say that the file is missing.
  const text = await readFile(path, "utf8");
  if (extname(path) === ".json") return parse(text, file);
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  if (!("default" in module)) throw new InputError(`${file}: has no default export. ${write}`);
  return module.default;
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const { message } = error as Error;
    throw new InputError(`${file}: not JSON: ${message}`, { cause: error });
  }
}

/** Checks only for an object. The registry checks what is in it. */
function isOptions(value: unknown): value is GuardOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
