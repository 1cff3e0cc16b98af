// Runs one command of this repository with a fitting Node.js and pnpm.
//
//   node scripts/run.mjs [--here] <command> [args…]
//
// It uses Node.js >= 22.18 and pnpm >= 11 from the PATH. If one of them is missing or too old, the script
// first fetches it from the npm registry into .tools/ (git-ignored). So `npm test` works on a machine that
// only has an old Node.js with npm. Then it updates the workspace's dependencies (30 ms when they are up to
// date) and runs the command: in the root of the repository, or with --here in the caller's directory.
// The script prints on stderr only: stdout belongs to the command.
// Plain Node.js >= 18, no dependencies: it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const MIN = { node: [22, 18], pnpm: [11, 0] };
const WANT = { node: "24.21.0", pnpm: "12.21.0" };
// The macOS packages of Node.js lag behind the others, so there a second version is tried.
const SECOND = { "darwin-arm64": "24.0.0", "darwin-x64": "24.18.1" };

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, ".tools", "node_modules", ".bin");
const windows = process.platform === "win32";
const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
const PATH = Object.keys(env).find((k) => k.toUpperCase() === "PATH") ?? "PATH";
// npm, pnpm and the tools in node_modules/.bin are .cmd files on Windows: those need a shell
const options = { cwd: root, env, shell: windows, encoding: "utf8" };

function prepend(dir) {
  env[PATH] = dir + delimiter + (env[PATH] ?? "");
}

function fits(name) {
  const r = spawnSync(name, ["--version"], { ...options, stdio: ["ignore", "pipe", "ignore"] });
  const m = /(\d+)\.(\d+)\./.exec(r.stdout ?? "");
  if (r.status !== 0 || !m) return false;
  const [major, minor] = [Number(m[1]), Number(m[2])];
  return major > MIN[name][0] || (major === MIN[name][0] && minor >= MIN[name][1]);
}

/** The exit code as a shell would say it. */
function codeOf(status, signal) {
  return status ?? (signal ? 128 + (constants.signals[signal] ?? 0) : 1);
}

/** Runs a set-up step; false if it failed. */
function setUp(cmd, args) {
  const r = spawnSync(cmd, args, { ...options, stdio: ["ignore", 2, 2] });
  if (r.error) console.error(`${cmd}: ${r.error.message}`);
  if (r.signal) process.exit(codeOf(null, r.signal));
  return r.status === 0;
}

function fetchTools(missing, nodeVersion) {
  const os = windows ? "win" : process.platform;
  const prefix = os === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  const specs = missing.map((name) =>
    name === "node" ? `${prefix}-${os}-${process.arch}@${nodeVersion}` : `pnpm@${WANT.pnpm}`,
  );
  console.error(`Fetching ${specs.join(", ")} from the npm registry into .tools/ …`);
  const flags = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  return setUp("npm", ["install", "--prefix", ".tools", ...flags, ...specs]);
}

if (existsSync(tools)) prepend(tools);
const missing = ["node", "pnpm"].filter((name) => !fits(name));
if (missing.length > 0) {
  const second = SECOND[`${process.platform}-${process.arch}`];
  const fetched =
    fetchTools(missing, WANT.node) ||
    (missing.includes("node") && second !== undefined && fetchTools(missing, second));
  if (!fetched) {
    console.error("Could not fetch them. Install Node.js >= 22.18 and pnpm yourself, then retry.");
    process.exit(1);
  }
  prepend(tools);
  for (const name of missing) {
    if (!fits(name)) {
      console.error(`The fetched ${name} does not run here.`);
      process.exit(1);
    }
  }
}

if (!setUp("pnpm", ["install", "--reporter=append-only", "--loglevel=warn"])) process.exit(1);

const argv = process.argv.slice(2);
const here = argv[0] === "--here";
const [cmd, ...args] = here ? argv.slice(1) : argv;
if (cmd) {
  prepend(join(root, "node_modules", ".bin"));
  // npm changes to the root before it runs a script and leaves the caller's directory in INIT_CWD
  const cwd = here ? (process.env.INIT_CWD ?? process.cwd()) : root;
  const child = spawn(cmd, args, { ...options, cwd, stdio: "inherit" });
  // Ctrl-C reaches the child as well: let it end in its own way, and end with it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", (e) => {
    console.error(`${cmd}: ${e.message}`);
    process.exit(1);
  });
  child.on("exit", (status, signal) => process.exit(codeOf(status, signal)));
}
