import { existsSync, readFileSync } from "node:fs";

/** The version of a package, or of that of a module, as it is resolved here, from its own manifest. Those of folders inside it have no version. */
export function versionOf(name: string): string {
  let at = import.meta.resolve(name);
  for (;;) {
    const manifest = new URL("./package.json", at);
    if (existsSync(manifest)) {
      const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version?: string };
      if (version !== undefined) return version;
    }
    const above = new URL("..", new URL(".", at)).href;
    if (above === at) throw new Error(`${name} has no package.json`);
    at = above;
  }
}
