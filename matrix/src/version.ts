import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

/** The version of a package as it is resolved here, from its own manifest. */
export function versionOf(name: string): string {
  const manifest = findPackageJSON(import.meta.resolve(name));
  if (manifest === undefined) throw new Error(`${name} has no package.json`);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
