// `node --import` loads this before anything else: imports of the frameworks of the adapter that
// GUARD_OLDEST names come from its oldest versions. The same as resolve-from.ts, for Node.js.
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { oldest, type Oldest } from "./oldest.ts";

const adapter = process.env["GUARD_OLDEST"] ?? "";
const found: Oldest | undefined = Object.hasOwn(oldest, adapter)
  ? oldest[adapter as keyof typeof oldest]
  : undefined;
if (found === undefined) throw new Error(`there is no oldest version for "${adapter}"`);
const { importer, pattern } = found;
const parentURL = pathToFileURL(importer).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const isTheirs = context.parentURL?.includes("/node_modules/") === true;
    return next(
      specifier,
      isTheirs || !pattern.test(specifier) ? context : { ...context, parentURL },
    );
  },
});
