import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The version of a package as it is resolved here, from its own manifest. */
export function versionOf(name: string): string {
  const manifest = fileURLToPath(import.meta.resolve(`${name}/package.json`));
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
