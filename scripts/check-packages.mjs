// Packs every public package as it would be published and uses the tarballs as a stranger would:
// publint, attw, then a clean npm project that imports and requires every entry point, compiles
// against it and runs the commands. Needs `build` first.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tool = (name) => join(root, "node_modules", ".bin", name);
const readJson = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));

function sh(cmd, args, cwd) {
  try {
    return execFileSync(cmd, args, {
      cwd,
      encoding: "utf8",
      shell: process.platform === "win32",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 300_000,
    });
  } catch (e) {
    console.error(`${cmd} ${args.join(" ")}\n${e.message}\n${e.stdout ?? ""}${e.stderr ?? ""}`);
    process.exit(1);
  }
}

/** Compiles the consumer. What the frameworks' own declarations get wrong is not for these packages to mend. */
function compile(args) {
  const { stdout, status } = spawnSync(tool("tsc"), args, { cwd: consumer, encoding: "utf8" });
  const errors = stdout.split("\n").filter((line) => /^\S+\(\d+,\d+\): error /.test(line));
  const own = errors.filter((line) => !/^node_modules\/(?!@guard\/)/.test(line));
  if (own.length === 0 && (status === 0 || errors.length > 0)) return;
  console.error(`tsc ${args.join(" ")}\n${own.length === 0 ? stdout : own.join("\n")}`);
  process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), "packages-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));

// pack and lint
const names = [];
for (const p of readdirSync(join(root, "packages"))) {
  const at = join(root, "packages", p);
  const manifest = readJson(at, "package.json");
  if (manifest.private) continue;
  names.push(manifest.name);
  sh("pnpm", ["pack", "--pack-destination", scratch], at);
}
const tarballs = readdirSync(scratch).map((f) => join(scratch, f));
for (const t of tarballs) {
  sh(tool("publint"), [t, "--strict"], root);
  sh(tool("attw"), [t, "--profile", "esm-only"], root);
}

// install, with the peers that npm adds by itself
const consumer = mkdtempSync(join(scratch, "consumer-"));
// The frameworks that the tests run against: peer ranges would bring in whatever is newest today.
const frameworks = Object.entries(readJson(root, "docs", "package.json").dependencies).filter(
  ([name]) => !name.startsWith("@guard/"),
);
const manifest = {
  name: "consumer",
  private: true,
  dependencies: Object.fromEntries(frameworks),
};
writeFileSync(join(consumer, "package.json"), JSON.stringify(manifest));
const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
sh("npm", ["install", ...flags, ...tarballs], consumer);

// import and require
const manifests = names.map((name) => readJson(consumer, "node_modules", name, "package.json"));
const entries = manifests.flatMap((m) =>
  Object.keys(m.exports)
    .filter((path) => path !== "./package.json")
    .map((path) => m.name + path.slice(1)),
);
const imports = entries.map((name, i) => `import * as m${i} from "${name}";`).join("\n");
const all = `{ ${entries.map((name, i) => `"${name}": m${i}`).join(", ")} }`;
const write = (file, text) => writeFileSync(join(consumer, file), text);
write(
  "esm.mjs",
  `${imports}
for (const [name, m] of Object.entries(${all}))
  if (Object.keys(m).length === 0) throw new Error(name + " exports nothing");
`,
);
write("cjs.cjs", entries.map((name) => `require("${name}");\n`).join(""));
sh(process.execPath, ["esm.mjs"], consumer);
sh(process.execPath, ["cjs.cjs"], consumer);

// compile; an ES module cannot be required under "node16", which describes Node.js 16
write("types.mts", `${imports}\nexport const all = ${all};\n`);
write("types.cts", `${imports}\nexport const all = ${all};\n`);
// LangChain's own declarations speak of Symbol.asyncDispose.
const lib = "es2022,esnext.disposable,dom";
const strict = ["--noEmit", "--strict", "--target", "es2022", "--lib", lib, "--types", ""];
for (const how of [
  ["--module", "nodenext", "types.mts", "types.cts"],
  ["--module", "node16", "types.mts"],
  ["--module", "esnext", "--moduleResolution", "bundler", "types.mts"],
]) {
  compile([...strict, ...how]);
}

// run the commands
const commands = manifests.flatMap((m) => Object.keys(m.bin ?? {}));
for (const name of commands) {
  const help = sh(join(consumer, "node_modules", ".bin", name), ["--help"], consumer);
  if (help.trim() === "") {
    console.error(`${name} --help prints nothing`);
    process.exit(1);
  }
}

console.log(`packed, linted, imported, required, compiled against: ${entries.join(", ")}`);
console.log(`ran with --help: ${commands.join(", ")}`);
