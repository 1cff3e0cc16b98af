import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { root, snippets, type Snippet } from "../../docs/snippets.ts";
import type { NpmProject } from "../packed/npm-project.ts";
import { run, twoAtATime, type Ended } from "../packed/run.ts";
import { compile } from "./compile.ts";
import { firstBlocks, pageOf } from "./first-blocks.ts";
import { neededBy, installedBy } from "./installed-by.ts";
import { fits, isTest, kinds, toFile, typescript, type Kind } from "./kinds.ts";
import type { Servers } from "./servers.ts";
import type { Step } from "./step.ts";

/** Compiles and runs the first block of each README, or all code of all pages in every kind of project. */
export async function walkPages(
  project: NpmProject,
  servers: Servers,
  isQuick: boolean,
): Promise<readonly Step[]> {
  const walked = isQuick ? firstBlocks : snippets;
  const files = walked.flatMap((snippet) =>
    (isQuick ? [typescript] : kinds)
      .filter((kind) => fits(snippet, kind))
      .map((kind) => ({ snippet, kind, file: write(project, servers, snippet, kind) })),
  );
  const errors = (await compile(project, "typescript")).map((fault) => {
    const where = fault.slice(0, fault.indexOf("("));
    return { where, how: "compiled", printed: "", fault };
  });
  const programs = files.filter(({ snippet }) => snippet.runs || firstBlocks.includes(snippet));
  const ran = await twoAtATime(programs, async ({ snippet, kind, file }) => {
    const ended = await play(project, servers, snippet, file);
    const printed = firstLineOf(ended);
    return { where: snippet.at, how: kind.name, printed, fault: faultOf(snippet, ended) };
  });
  return [...installLines(), ...errors, ...ran];
}

/** What a README says to install has to be enough for its first block. */
function installLines(): readonly Step[] {
  return firstBlocks.flatMap((snippet) => {
    const installed = installedBy(readFileSync(join(root, pageOf(snippet)), "utf8"));
    if (installed === undefined) return [];
    const missing = neededBy(snippet.code).filter((name) => !installed.includes(name));
    const fault = missing.length === 0 ? undefined : `does not install ${missing.join(", ")}`;
    return [{ where: snippet.at, how: "npm install", printed: installed.join(" "), fault }];
  });
}

function write(project: NpmProject, servers: Servers, snippet: Snippet, kind: Kind): string {
  const [name, code] = toFile(snippet, kind);
  return project.write(name, code.replaceAll("http://127.0.0.1:3000/mcp", servers.mcp));
}

function play(
  { directory: cwd }: NpmProject,
  servers: Servers,
  snippet: Snippet,
  file: string,
): Promise<Ended> {
  const env = snippet.runs ? servers.withPagesModel : servers.withLoopingModel;
  const options = { cwd, env, timeoutMs: 60_000 };
  return isTest(snippet)
    ? run("npx", ["vitest", "run", "--reporter=tap", file], options)
    : run(process.execPath, [file], options);
}

/** What a reader of the console sees first: of an error that ended the program, its message. */
function firstLineOf({ stdout, stderr }: Ended): string {
  const lines = stdout.split("\n").filter((line) => line.trim() !== "" && !isHeadOfTests(line));
  return (lines[0] ?? messageIn(stderr) ?? stderr.split("\n", 1)[0]!).trim();
}

const isHeadOfTests = (line: string) => /^TAP version|^\d+\.\.\d+$/.test(line);
const messageIn = (stderr: string) => /^\s*\w*Error.*$/m.exec(stderr)?.[0].trim();

/** A program may end in guard's stop where its page shows no `catch`. */
function faultOf(snippet: Snippet, { code, stdout, stderr }: Ended): string | undefined {
  const isStopped = /GUARD_CIRCUIT_OPEN|GUARD_BUDGET_EXCEEDED/.test(stderr);
  if (code !== 0 && (snippet.runs || !isStopped)) {
    return messageIn(stderr) ?? `ended with ${code ?? "a timeout"}`;
  }
  if (snippet.prints !== undefined && stdout !== snippet.prints) return "prints something else";
  return undefined;
}
