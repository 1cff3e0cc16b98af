// Runs one of the examples: node scripts/example.mjs <folder below examples/>
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

const examples = join(import.meta.dirname, "..", "examples");
const mainOf = (name) => join(examples, name, "src", "main.ts");
const names = readdirSync(examples).filter((name) => existsSync(mainOf(name)));

const [name] = process.argv.splice(2, 1);
if (name !== undefined && names.includes(name)) {
  await import(pathToFileURL(mainOf(name)).href);
} else {
  console.error(`Which example? npm run example with one of: ${names.join(", ")}`);
  if (name !== undefined) process.exitCode = 1;
}
