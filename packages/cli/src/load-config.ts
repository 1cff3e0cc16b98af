import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRegistry, OptionsError, type GuardOptions } from "@guard/core";
import { InputError, unreadable } from "./input-error.ts";

/**
 * The options in a file, checked; `preset` wins over the file's. Without a file: the defaults.
 *
 * @throws {InputError} for a file that can't be read, and for options that are wrong: a fault a line
 */
export async function loadConfig(
  file: string | undefined,
  preset: GuardOptions["preset"],
): Promise<GuardOptions> {
  if (file === undefined) return preset === undefined ? {} : { preset };
  const loaded = await load(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (!isOptions(loaded)) throw new InputError(`${file}: expected an object with options`);
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
  // Read first: the words of a failed import are about modules, not about the file that is missing.
  const text = await readFile(path, "utf8");
  if (extname(path) === ".json") return JSON.parse(text.replace(/^\uFEFF/, ""));
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  if (!("default" in module)) throw new InputError(`${file}: has no default export`);
  return module.default;
}

/** Only that it is an object: the registry looks at what is in it. */
function isOptions(value: unknown): value is GuardOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
