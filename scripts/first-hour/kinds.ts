import type { Snippet } from "../../docs/snippets.ts";
import { toCommonJs, toJavaScript } from "./to-javascript.ts";

/** A kind of project that users have, and how they write the code of a page in it. */
export interface Kind {
  readonly name: "TypeScript" | "JavaScript" | "CommonJS";
  readonly extension: string;
  readonly codeOf: (typescript: string) => string;
}

export const typescript: Kind = {
  name: "TypeScript",
  extension: ".ts",
  codeOf: (code) => code,
};

export const kinds: readonly Kind[] = [
  typescript,
  { name: "JavaScript", extension: ".mjs", codeOf: toJavaScript },
  { name: "CommonJS", extension: ".cjs", codeOf: toCommonJs },
];

export const isTest = ({ code }: Snippet): boolean => code.includes('from "vitest"');

/** A page of several files, and a test, stay ES modules. */
export const fits = ({ code }: Snippet, { name }: Kind): boolean =>
  name !== "CommonJS" || !/from "\.|import\.meta|from "vitest"/.test(code);

/** The name of a snippet's file, and its code, in a project of this kind. */
export function toFile(snippet: Snippet, kind: Kind): readonly [name: string, code: string] {
  const { extension, codeOf } = kind;
  const suffix = isTest(snippet) ? `.test${extension}` : extension;
  const name = `${kind.name.toLowerCase()}/${snippet.file.replace(/\.tsx?$/, suffix)}`;
  return [name, codeOf(snippet.code).replaceAll(/"([\w./-]+)\.tsx?"/g, `"$1${extension}"`)];
}
