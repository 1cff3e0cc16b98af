import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRegistry, GuardError, type GuardOptions } from "@guard/core";
import { InputError } from "./exit-codes.ts";

/** The options in a file, checked; `preset` wins over the file's. */
export async function loadConfig(
  file: string | undefined,
  preset: GuardOptions["preset"],
): Promise<GuardOptions> {
  const loaded = file === undefined ? {} : await load(file);
  if (typeof loaded !== "object" || loaded === null || Array.isArray(loaded)) {
    throw new InputError(`${file}: expected an object with options`);
  }
  const options: GuardOptions = preset === undefined ? loaded : { ...loaded, preset };
  try {
    createRegistry(options);
  } catch (error) {
    if (!GuardError.isInstance(error)) throw error;
    throw new InputError(`${file ?? "options"}: ${error.message}`, { cause: error });
  }
  return options;
}

async function load(file: string): Promise<unknown> {
  const path = resolve(file);
  try {
    if (extname(path) === ".json") return JSON.parse(await readFile(path, "utf8"));
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return module.default;
  } catch (error) {
    const { message } = error as Error;
    throw new InputError(`${file}: ${message}`, { cause: error });
  }
}
