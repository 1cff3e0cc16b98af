import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const root = dirname(import.meta.dirname);

/** What this repository's scripts read in a package's manifest. */
interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly publishConfig: {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
}

/** A package that users install. */
export interface PublicPackage {
  readonly name: string;
  readonly directory: string;
  readonly commands: readonly string[];
  readonly entries: readonly Entry[];
}

/** One of the places that users import a package from. */
export interface Entry {
  /** The text in the user's import: `@guard/core/replay`. */
  readonly specifier: string;
  /** The last word of the specifier, and `index` for the package itself. */
  readonly name: string;
  /** The built declarations. */
  readonly types: string;
}

/** The packages that users install, with everything that users import from them. */
export const publicPackages: readonly PublicPackage[] = globSync("packages/*/package.json", {
  cwd: root,
})
  .toSorted()
  .map((file) => ({ file, manifest: readManifest(join(root, file)) }))
  .filter(({ manifest }) => manifest.private !== true)
  .map(({ file, manifest }) => toPackage(join(root, dirname(file)), manifest));

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}

function toPackage(directory: string, { name, bin = {}, publishConfig }: Manifest): PublicPackage {
  const entries = Object.entries(publishConfig.exports).flatMap(([path, target]) => {
    if (typeof target === "string") return []; // ./package.json
    const specifier = name + path.slice(1);
    const types = join(directory, target.types);
    return [{ specifier, name: path === "." ? "index" : path.slice(2), types }];
  });
  return { name, directory, commands: Object.keys(bin), entries };
}
