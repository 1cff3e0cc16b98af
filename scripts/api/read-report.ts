/** A line of an API report, and where it stands. */
export interface Declared {
  /** The exported declaration: `BreakerOptions`. Empty outside of exported declarations. */
  readonly owner: string;
  /** What the line declares: `name`, of an option, or the owner itself. */
  readonly name: string;
  readonly code: string;
  readonly isDocumented: boolean;
  readonly isInternal: boolean;
}

/** The declarations of a report, line by line. */
export function readReport(text: string): readonly Declared[] {
  const found: Declared[] = [];
  let owner = "";
  let tags = "";
  for (const line of text.slice(text.indexOf("```ts")).split("\n").slice(1)) {
    const code = line.trim();
    if (code === "" || code.startsWith("// ") || code === "```") {
      tags += code;
      continue;
    }
    if (line === code && code !== "}") owner = exported.exec(code)?.[1] ?? "";
    const isDocumented = !tags.includes("(undocumented)");
    const isInternal = tags.includes("@internal");
    found.push({ owner, name: nameIn(code), code, isDocumented, isInternal });
    tags = "";
  }
  return found;
}

const exported =
  /^export (?:declare |abstract )*(?:class|interface|type|const|function|enum) ([\w$]+)/;
const words =
  /^(?:export|declare|abstract|class|interface|type|const|function|enum|static|override|readonly|get|set|private|protected) /;

function nameIn(code: string): string {
  let rest = code;
  while (words.test(rest)) rest = rest.replace(words, "");
  return /^"?([\w$#-]+)/.exec(rest)?.[1] ?? "";
}
