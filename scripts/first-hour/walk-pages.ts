import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { root, snippets, type Snippet } from "../../docs/snippets.ts";
import type { NpmProject } from "../packed/npm-project.ts";
import { run, twoAtATime, type Ended } from "../packed/run.ts";
import { importedBy, installedBy } from "./installed-by.ts";
import type { Servers } from "./servers.ts";
import type { Step } from "./step.ts";
import { toCommonJs, toJavaScript } from "./to-javascript.ts";

/** The kinds of projects that users have, and how they write the code of a page. */
const kinds = [
  { how: "TypeScript", folder: "typescript", extension: ".ts", write: (code: string) => code },
  { how: "JavaScript", folder: "javascript", extension: ".mjs", write: toJavaScript },
  { how: "CommonJS", folder: "commonjs", extension: ".cjs", write: toCommonJs },
] as const;

type Kind = (typeof kinds)[number];

export const pageOf = ({ at }: Snippet) => at.slice(0, at.lastIndexOf(":"));
const isTest = ({ code }: Snippet) => code.includes('from "vitest"');

/** The first block of each README is its first page. */
export const firstBlocks: readonly Snippet[] = snippets.filter(
  (snippet, index) =>
    pageOf(snippet).endsWith("README.md") &&
    (index === 0 || pageOf(snippets[index - 1]!) !== pageOf(snippet)),
);

/** Compiles and runs the first block of each README, or all blocks of all pages in every kind of project. */
export async function walkPages(
  project: NpmProject,
  servers: Servers,
  isQuick: boolean,
): Promise<readonly Step[]> {
  const compiled = isQuick
    ? firstBlocks
    : snippets.filter((of) => pageOf(of) !== "CONTRIBUTING.md");
  const ran = compiled.filter((snippet) => snippet.runs || firstBlocks.includes(snippet));
  const files = new Map(
    compiled.map((snippet) => [snippet, write(project, servers, kinds[0], snippet)]),
  );
  const errors = await compileAll(project);
  const failed = [...files].flatMap(([snippet, file]) =>
    errors
      .filter((error) => file.endsWith(error.slice(0, error.indexOf("("))))
      .map((fault) => ({ where: snippet.at, how: "compiled", printed: "", fault })),
  );
  const others = errors.filter((error) => !failed.some(({ fault }) => fault === error));
  if (others.length > 0) throw new Error(others.join("\n"));
  const plays = ran.flatMap((snippet) =>
    (isQuick ? kinds.slice(0, 1) : kinds)
      .filter((kind) => kind.how !== "CommonJS" || !isTest(snippet))
      .map((kind) => ({ kind, snippet })),
  );
  const steps = await twoAtATime(plays, ({ kind, snippet }) =>
    play(project, servers, kind, snippet),
  );
  return [...installLines(), ...failed, ...steps];
}

/** What a README says to install has to be enough for its first block. */
function installLines(): readonly Step[] {
  return firstBlocks.flatMap((snippet) => {
    const installed = installedBy(readFileSync(join(root, pageOf(snippet)), "utf8"));
    if (installed === undefined) return [];
    const missing = importedBy(snippet.code).filter((name) => !installed.includes(name));
    const fault = missing.length === 0 ? undefined : `does not install ${missing.join(", ")}`;
    return [{ where: snippet.at, how: "npm install", printed: installed.join(" "), fault }];
  });
}

function write(project: NpmProject, servers: Servers, kind: Kind, snippet: Snippet): string {
  const suffix = isTest(snippet) ? `.test${kind.extension}` : kind.extension;
  const file = join(kind.folder, snippet.file.replace(/\.tsx?$/, suffix));
  const code = kind.write(snippet.code).replaceAll("http://127.0.0.1:3000/mcp", servers.mcp);
  return project.write(file, code);
}

function compileAll(project: NpmProject): Promise<readonly string[]> {
  const compilerOptions = {
    target: "es2023",
    lib: ["es2023", "esnext.disposable", "dom"],
    module: "nodenext",
    moduleDetection: "force",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const config = JSON.stringify({ compilerOptions, include: ["**/*"] });
  return project.compile(["-p", project.write("typescript/tsconfig.json", config)]);
}

async function play(
  project: NpmProject,
  servers: Servers,
  kind: Kind,
  snippet: Snippet,
): Promise<Step> {
  const file = write(project, servers, kind, snippet);
  const env = snippet.runs ? servers.withPagesModel : servers.withLoopingModel;
  const options = { cwd: project.directory, env, timeoutMs: 60_000 };
  const ended = isTest(snippet)
    ? await run("npx", ["vitest", "run", "--reporter=tap", file], options)
    : await run(process.execPath, [file], options);
  const printed = firstLineOf(ended);
  return { where: snippet.at, how: kind.how, printed, fault: faultOf(snippet, ended) };
}

/** What a reader of the console sees first: of an error that ended the program, its message. */
function firstLineOf({ stdout, stderr }: Ended): string {
  const lines = stdout.split("\n").filter((line) => line.trim() !== "" && !isHeadOfTests(line));
  return (lines[0] ?? /^\s*\w*Error.*$/m.exec(stderr)?.[0] ?? stderr.split("\n", 1)[0]!).trim();
}

const isHeadOfTests = (line: string) => /^TAP version|^\d+\.\.\d+$/.test(line);

/** A program may end in guard's stop where its page shows no `catch`. */
function faultOf(snippet: Snippet, { code, stdout, stderr }: Ended): string | undefined {
  const isStopped =
    stderr.includes("GUARD_CIRCUIT_OPEN") || stderr.includes("GUARD_BUDGET_EXCEEDED");
  if (code !== 0 && (snippet.runs || !isStopped)) {
    return /^\s*\w*Error.*$/m.exec(stderr)?.[0].trim() ?? `ended with ${code ?? "a timeout"}`;
  }
  if (snippet.prints !== undefined && stdout !== snippet.prints) return "prints something else";
  return undefined;
}
