import type { Plugin } from "vite";

/**
 * Resolves the imports that match `pattern` as if the file `importer` had written them, so that the
 * same tests run against another installed version. What a dependency imports itself is left alone.
 */
export function resolveFrom(importer: string, pattern: RegExp): Plugin {
  return {
    name: "resolve-from",
    enforce: "pre",
    resolveId(id, from, options) {
      if (from === undefined || from.includes("/node_modules/") || !pattern.test(id)) return null;
      return this.resolve(id, importer, { ...options, skipSelf: true });
    },
  };
}
