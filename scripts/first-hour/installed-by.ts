import { builtinModules } from "node:module";

/** The packages that a page says to install: all words of its first `npm install`. */
export function installedBy(page: string): readonly string[] | undefined {
  const line = /^(?:npm install|npm i|pnpm add) (.+)$/m.exec(page)?.[1];
  return line?.split(/\s+/).filter((word) => word !== "" && !word.startsWith("-"));
}

/** The packages that code imports. */
export function importedBy(code: string): readonly string[] {
  const found = Array.from(
    code.matchAll(/^(?:import|\} from|.* from) .*?"([^"]+)";/gm),
    ([, from]) => from!,
  );
  const names = found
    .filter(
      (from) =>
        !from.startsWith(".") && !from.startsWith("node:") && !builtinModules.includes(from),
    )
    .map((from) =>
      from
        .split("/")
        .slice(0, from.startsWith("@") ? 2 : 1)
        .join("/"),
    );
  return [...new Set(names)];
}
