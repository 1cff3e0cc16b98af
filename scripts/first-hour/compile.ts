import type { NpmProject } from "../packed/npm-project.ts";

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

/** Compiles a folder of the project as a strict TypeScript project does, and returns the errors. */
export function compile(project: NpmProject, folder: string): Promise<readonly string[]> {
  const config = JSON.stringify({ compilerOptions, include: ["**/*"] });
  return project.compile(["-p", project.write(`${folder}/tsconfig.json`, config)]);
}
