import { execFile } from "node:child_process";
import { promisify } from "node:util";

const none = { OPENAI_API_KEY: undefined, OPENAI_BASE_URL: undefined, OPENAI_MODEL: undefined };

/** Runs an example as a person would, for its test: with these variables, and no key unless it is among them. */
export async function runMain(main: string, variables: Record<string, string> = {}) {
  const env = { ...process.env, ...none, ...variables };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [main], { env });
  return { lines: stdout.trimEnd().split("\n"), stderr };
}
