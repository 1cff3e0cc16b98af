// `node --import` loads this file first. GUARD_OLDEST names an adapter; imports of its frameworks then come from their
// oldest versions. resolve-from.ts does the same for Vite.
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { oldest, type Oldest } from "./oldest.ts";

const adapter = process.env["GUARD_OLDEST"] ?? "";
const found: Oldest | undefined = Object.hasOwn(oldest, adapter)
  ? oldest[adapter as keyof typeof oldest]
  : undefined;
if (found === undefined) throw new Error(`there is no oldest version for "${adapter}"`);
const { importer, pattern, standIns = {} } = found;
const parentURL = pathToFileURL(importer).href;
const standInUrls = new Map(
  Object.entries(standIns).map(([id, file]) => [id, pathToFileURL(file).href]),
);
const files = new Set(standInUrls.values());

registerHooks({
  resolve: (specifier, context, next) => {
    const from = context.parentURL ?? "";
    if (from.includes("/node_modules/") || !pattern.test(specifier))
      return next(specifier, context);
    const standIn = files.has(from) ? undefined : standInUrls.get(specifier);
    return next(standIn ?? specifier, standIn === undefined ? { ...context, parentURL } : context);
  },
});
