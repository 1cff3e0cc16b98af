// Raises every framework to the registry's newest version, in a copy of this checkout, and plays the adapters'
// tests and the matrix there: `npm run newest`. The checkout itself stays as it is. Exit 1 where anything fails.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { markdownTable } from "./markdown-table.ts";
import { oldest } from "./oldest.ts";

type Versions = Record<string, string>;

interface Manifest {
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly peerDependencies?: Versions;
}

interface Suite {
  readonly name: string;
  readonly passed: number;
  /** The names of the tests that failed, or the errors. */
  readonly failed: readonly string[];
}

/** The report that vitest writes with `--reporter=json`. */
interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** `oldest` has an entry for each old version, such as `ai-sdk-6`. The name without a number is the adapter's. */
const adapters = Object.keys(oldest).filter((name) => !/-\d+$/.test(name));
const root = dirname(import.meta.dirname);
const copy = fs.mkdtempSync(join(tmpdir(), "newest-"));
const tool = (name: string) => join(copy, "node_modules", ".bin", name);
const shell = process.platform === "win32";
const readJson = (file: string): unknown => JSON.parse(fs.readFileSync(file, "utf8"));
const readManifest = (file: string) => readJson(file) as Manifest;
const linesOf = (text: string) => text.split("\n").filter((line) => line.trim() !== "");

function run(cwd: string, command: string, args: readonly string[]) {
  const options = { cwd, encoding: "utf8", shell, maxBuffer: 2 ** 28 } as const;
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (error !== undefined) throw error;
  return { isFine: status === 0, stdout, stderr };
}

/** Runs a command that has to succeed: if the command fails, this script ends. */
function must(cwd: string, command: string, args: readonly string[]): string {
  const { isFine, stdout, stderr } = run(cwd, command, args);
  if (isFine) return stdout.trim();
  console.error(`${command} ${args.join(" ")}\n${stdout}${stderr}`);
  process.exit(1);
}

function copyCheckout(): void {
  const flags = ["--cached", "--others", "--exclude-standard"];
  for (const file of linesOf(must(root, "git", ["ls-files", ...flags]))) {
    if (fs.existsSync(join(root, file))) fs.cpSync(join(root, file), join(copy, file));
  }
  // The lockfile would hold the frameworks' own dependencies at old versions.
  fs.rmSync(join(copy, "pnpm-lock.yaml"));
}

/** The frameworks that the workspace installs: the adapters' peers, and the packages that belong to them. */
function frameworksIn(manifests: readonly Manifest[]): Versions {
  const peers = adapters.flatMap((adapter) => {
    const manifest = readManifest(join(copy, "packages", adapter, "package.json"));
    return Object.keys(manifest.peerDependencies ?? {});
  });
  const patterns = Object.values(oldest).map(({ pattern }) => pattern);
  const installed = manifests.flatMap(({ dependencies = {}, devDependencies = {} }) =>
    Object.entries({ ...dependencies, ...devDependencies }),
  );
  return Object.fromEntries(
    installed
      .filter(([name]) => peers.includes(name) || patterns.some((pattern) => pattern.test(name)))
      .toSorted(([a], [b]) => a.localeCompare(b)),
  );
}

function raise(file: string, newest: Versions): void {
  const manifest = readManifest(file);
  for (const versions of [manifest.dependencies ?? {}, manifest.devDependencies ?? {}]) {
    for (const name of Object.keys(versions)) versions[name] = newest[name] ?? versions[name]!;
  }
  fs.writeFileSync(file, JSON.stringify(manifest, null, 2));
}

/** All versions of a package in the copy: a framework may bring another's, as LangChain does LangGraph's. */
function installedOf(name: string): string {
  const prefix = `${name.replace("/", "+")}@`;
  const entries = fs.readdirSync(join(copy, "node_modules", ".pnpm"));
  const versions = entries
    .filter((entry) => entry.startsWith(prefix))
    .map((entry) => entry.slice(prefix.length).split("_")[0]!);
  return [...new Set(versions)].toSorted().join(", ");
}

function playTypes(adapter: string): Suite {
  const { isFine, stdout } = run(join(copy, "packages", adapter), tool("tsc"), ["--noEmit"]);
  return {
    name: `types of ${adapter}`,
    passed: isFine ? 1 : 0,
    failed: isFine ? [] : linesOf(stdout),
  };
}

function playTests(adapter: string): Suite {
  const report = join(copy, `${adapter}.json`);
  const flags = ["--project", adapter, "--reporter=json", `--outputFile=${report}`];
  const { isFine, stderr } = run(copy, tool("vitest"), ["run", ...flags]);
  const isWritten = fs.existsSync(report);
  const { testResults } = isWritten ? (readJson(report) as VitestReport) : { testResults: [] };
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = [
    ...tests.filter(({ status }) => status === "failed").map(({ fullName }) => fullName),
    ...testResults
      .filter(({ assertionResults }) => assertionResults.length === 0)
      .map(({ name, message }) => `${basename(name)}: ${message}`),
  ];
  return {
    name: `tests of ${adapter}`,
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: isFine || failed.length > 0 ? failed : linesOf(stderr),
  };
}

function playMatrix(): Suite {
  const flags = ["--version", "newest", "--json"];
  const { isFine, stdout, stderr } = run(copy, process.execPath, ["matrix/src/main.ts", ...flags]);
  return {
    name: "matrix",
    passed: linesOf(stdout).length,
    failed: isFine ? [] : linesOf(stderr),
  };
}

copyCheckout();
// The folders with the oldest versions lie deeper, so they stay as they are.
const files = ["*", "*/*"].flatMap((at) =>
  fs.globSync(join(at, "package.json"), { cwd: copy }).map((file) => join(copy, file)),
);
const here = frameworksIn(files.map((file) => readManifest(file)));
const newest: Versions = {};
for (const name of Object.keys(here)) newest[name] = must(root, "pnpm", ["view", name, "version"]);
for (const file of files) raise(file, newest);

console.error(`Installing into ${copy} …`);
must(copy, "pnpm", ["install", "--no-frozen-lockfile", "--config.minimum-release-age=0"]);
const versions = Object.keys(here).map((name) => [
  name,
  here[name]!,
  newest[name]!,
  installedOf(name),
]);
console.log(markdownTable(["package", "here", "newest", "installed, oldest included"], versions));

console.error("Playing the suites …");
const suites = [...adapters.flatMap((name) => [playTypes(name), playTests(name)]), playMatrix()];
const rows = suites.map(({ name, passed, failed }) => [name, `${passed}`, `${failed.length}`]);
console.log(`\n${markdownTable(["suite", "passed", "failed"], rows)}`);
const failures = suites.flatMap(({ name, failed }) => failed.map((line) => `${name}: ${line}`));
if (failures.length === 0) fs.rmSync(copy, { recursive: true });
else {
  console.log(`\n${failures.join("\n")}`);
  console.error(`The copy in which tests failed is at ${copy}`);
  process.exitCode = 1;
}
