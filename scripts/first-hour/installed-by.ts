/** The packages that a page says to install: all words of its first `npm install`. */
export function installedBy(page: string): readonly string[] | undefined {
  const line = /^(?:npm install|npm i|pnpm add) (.+)$/m.exec(page)?.[1];
  return line?.split(/\s+/).filter((word) => word !== "" && !word.startsWith("-"));
}

/** The packages that code needs: those that it imports, and that of a LangChain model which it only names. */
export function neededBy(code: string): readonly string[] {
  const imports = Array.from(
    code.matchAll(/^(?:import|\} from) .*?"([^"]+)";/gm),
    ([, from]) => from!,
  );
  const models = Array.from(
    code.matchAll(/model: "(\w+):/g),
    ([, provider]) => `@langchain/${provider!}`,
  );
  const packages = imports.filter((from) => !/^\.|^node:/.test(from)).map(nameOf);
  return [...new Set([...packages, ...models])];
}

const nameOf = (from: string) => /^(@[^/]+\/)?[^/]+/.exec(from)![0];
