import { join } from "node:path";
import process from "node:process";
import { publicPackages } from "../public-packages.ts";
import { specifiers, type NpmProject } from "./npm-project.ts";
import { must } from "./run.ts";

/**
 * Imports and requires every entry point, compiles against it under all module settings, and runs the commands.
 *
 * @returns a line on each part
 * @throws {Error} where one of these fails
 */
export async function useEntries({ directory, write, compile }: NpmProject): Promise<string> {
  const imports = specifiers.map((name, i) => `import * as m${i} from "${name}";`).join("\n");
  const all = `{ ${specifiers.map((name, i) => `"${name}": m${i}`).join(", ")} }`;
  const esm = `${imports}
for (const [name, m] of Object.entries(${all}))
  if (Object.keys(m).length === 0) throw new Error(name + " exports nothing");
`;
  const cwd = directory;
  await must(process.execPath, [write("entries/esm.mjs", esm)], { cwd });
  const cjs = specifiers.map((name) => `require("${name}");\n`).join("");
  await must(process.execPath, [write("entries/cjs.cjs", cjs)], { cwd });

  const types = `${imports}\nexport const all = ${all};\n`;
  const mts = write("entries/types.mts", types);
  const cts = write("entries/types.cts", types);
  // LangChain's own declarations speak of Symbol.asyncDispose.
  const lib = "es2022,esnext.disposable,dom";
  const strict = ["--noEmit", "--strict", "--target", "es2022", "--lib", lib, "--types", ""];
  for (const how of [
    ["--module", "nodenext", mts, cts],
    // An ES module cannot be required under "node16", which describes Node.js 16.
    ["--module", "node16", mts],
    ["--module", "esnext", "--moduleResolution", "bundler", mts],
  ]) {
    const errors = await compile([...strict, ...how]);
    if (errors.length > 0) throw new Error(`tsc ${how.join(" ")}\n${errors.join("\n")}`);
  }

  const commands = publicPackages.flatMap((of) => of.commands);
  for (const name of commands) {
    const help = await must(join(directory, "node_modules", ".bin", name), ["--help"], { cwd });
    if (help.trim() === "") throw new Error(`${name} --help prints nothing`);
  }
  return `packed, linted, imported, required, compiled against: ${specifiers.join(", ")}\nran with --help: ${commands.join(", ")}`;
}
