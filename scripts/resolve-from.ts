import type { Plugin } from "vite";
import type { Oldest } from "./oldest.ts";

/**
 * Resolves imports as if the package with the oldest versions had written them. So the same tests run with the oldest
 * versions. Imports inside of dependencies stay as they are.
 */
export function resolveFrom({ importer, pattern, standIns = {} }: Oldest): Plugin {
  const files = new Set(Object.values(standIns));
  return {
    name: `resolve-from ${importer}`, // the cache of modules tells plugins apart by their names
    enforce: "pre",
    resolveId(id, from, options) {
      if (from === undefined || from.includes("/node_modules/") || !pattern.test(id)) return null;
      const standIn = files.has(from) ? undefined : standIns[id];
      return standIn ?? this.resolve(id, importer, { ...options, skipSelf: true });
    },
  };
}
