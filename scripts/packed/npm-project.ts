import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { publicPackages, root } from "../public-packages.ts";
import { must, run } from "./run.ts";

/** A project of a user, outside of this repository: the packed packages and the frameworks, installed by npm. */
export interface NpmProject {
  readonly directory: string;
  /** Writes a file, with its folders, and returns its path. */
  readonly write: (file: string, text: string) => string;
  /** Compiles the project and returns the errors. Errors in the frameworks' own declarations are not among them. */
  readonly compile: (args: readonly string[]) => Promise<readonly string[]>;
}

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
}

const readManifest = (...path: string[]) =>
  JSON.parse(readFileSync(join(root, ...path, "package.json"), "utf8")) as Manifest;

/** The frameworks, in the versions that the tests use: a peer range alone would bring in the newest. */
function frameworks(): Versions {
  const { dependencies = {} } = readManifest("docs");
  return Object.fromEntries(
    Object.entries(dependencies).filter(([, version]) => !version.startsWith("workspace:")),
  );
}

/** What a TypeScript project and a test need. */
function tools(): Versions {
  const { devDependencies = {} } = readManifest();
  const names = ["@types/node", "typescript", "vitest"];
  return Object.fromEntries(names.map((name) => [name, devDependencies[name]!]));
}

function npmProject(directory: string): NpmProject {
  const write = (file: string, text: string) => {
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  const compile = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await run("npx", ["tsc", ...args], { cwd: directory });
    const errors = stdout.split("\n").filter((line) => /^\S+\(\d+,\d+\): error /.test(line));
    if (code !== 0 && errors.length === 0) return [stdout + stderr];
    return errors.filter((line) => !/^node_modules\/(?!@guard\/)/.test(line));
  };
  return { directory, write, compile };
}

/** Makes a project and installs the tarballs and the frameworks in it, with npm. */
export async function createProject(
  directory: string,
  tarballs: readonly string[],
): Promise<NpmProject> {
  const project = npmProject(directory);
  const dependencies = frameworks();
  const manifest = { private: true, type: "module", dependencies, devDependencies: tools() };
  project.write("package.json", JSON.stringify(manifest));
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  await must("npm", ["install", ...flags, ...tarballs], { cwd: directory });
  return project;
}

/** Every entry point of every package, as users import it. */
export const specifiers: readonly string[] = publicPackages.flatMap(({ entries }) =>
  entries.map(({ specifier }) => specifier),
);
