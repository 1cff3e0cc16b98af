import { join } from "node:path";
import type { NpmProject } from "../packed/npm-project.ts";
import { compile } from "./compile.ts";
import { tables } from "./mistakes/index.ts";

/** A mistake, and what a user of TypeScript reads about it in the editor. */
export interface Compiled {
  readonly of: string;
  readonly title: string;
  /** The first error in the program, or `undefined` where it compiles. */
  readonly error: string | undefined;
}

/** Compiles every mistake as strict TypeScript. An error in the lines that all programs begin with says nothing. */
export async function compileMistakes(project: NpmProject): Promise<readonly Compiled[]> {
  const folder = "typed-mistakes";
  const programs = tables.flatMap(({ of, begin, mistakes }) =>
    mistakes.map(({ title, code }, index) => {
      const file = join(folder, of, `${index}.ts`);
      project.write(file, begin + code);
      return { of, title, file, firstLine: begin.split("\n").length };
    }),
  );
  const errors = await compile(project, folder);
  return programs.map(({ of, title, file, firstLine }) => {
    const own = errors.filter((error) => error.startsWith(`${file}(`));
    const error = own.find((text) => Number(/\((\d+),/.exec(text)?.[1]) >= firstLine);
    return { of, title, error: error?.replace(/^.*?: error /, "") };
  });
}
