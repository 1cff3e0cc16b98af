/** The lines of a program that guard is the reason for: a user adds or changes them. */
export interface GuardLines {
  readonly imports: number;
  /** Lines of code that name something of guard. */
  readonly others: number;
}

const imported = /^import (?:type )?\{([^}]*)\} from "@guard\/[^"]+";$/gm;
/** What makes an object of guard's own. All other functions return what the user gave them, guarded. */
const makers = "new Guard\\w+|createRegistry|createBreaker|guardAI|guardMiddleware";
const made = new RegExp(`\\bconst (\\w+) = (?:${makers})\\((?![^;]*\\)\\.)`, "g");

/**
 * Counts them. An import is one line, however it is formatted. Comments, blank lines and the `catch` of a stop count
 * nothing.
 */
export function guardLinesIn(code: string): GuardLines {
  const imports = [...code.matchAll(imported)];
  const names = imports.flatMap(([, list]) =>
    list!.split(",").map((name) =>
      name
        .trim()
        .replace(/^type /, "")
        .replace(/^.* as /, ""),
    ),
  );
  const own = Array.from(code.matchAll(made), ([, name]) => name!);
  const words = new Set(
    [...names, ...own].filter((name) => name !== "" && name !== "findCircuitOpen"),
  );
  const lines = code
    .replaceAll(/^import [^;]*;$/gm, "")
    .split("\n")
    .map(withoutComment);
  const others = lines.filter((line) => line.match(/\w+/g)?.some((word) => words.has(word)));
  return { imports: imports.length, others: others.length };
}

const withoutComment = (line: string) => line.replace(/(^|\s)(\/\/|\/?\*).*$/, "");
