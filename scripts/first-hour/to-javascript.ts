import { stripTypeScriptTypes } from "node:module";

/** What a user without types writes. */
export const toJavaScript = (code: string): string => stripTypeScriptTypes(code);

/** What a user of CommonJS writes: `require` for `import`, and an async function around what awaits. */
export function toCommonJs(code: string): string {
  const requires: string[] = [];
  const body = toJavaScript(code).replaceAll(statement, (_, names: string, from: string) => {
    requires.push(`const ${bindings(names)} = require(${from});`);
    return "";
  });
  const inside = body
    .replaceAll(/^export default /gm, "module.exports = ")
    .replaceAll(/^export (?=const|function|async|class)/gm, "");
  return `${requires.join("\n")}\n(async () => {\n${inside}\n})();\n`;
}

const statement = /^import\s+([^"]+?)\s+from\s+("[^"]+");/gm;

/** `{ a as b }` → `{ a: b }`, `* as all` → `all`, `one` → `{ default: one }` */
function bindings(names: string): string {
  if (names.startsWith("{")) return names.replaceAll(/(\w+)\s+as\s+(\w+)/g, "$1: $2");
  const all = /^\*\s+as\s+(\w+)$/.exec(names)?.[1];
  return all ?? `{ default: ${names} }`;
}
