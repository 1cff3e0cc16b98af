import { sqlite, type Verification } from "../../src/index.ts";
import { start } from "./start.ts";

const names = ["a", "b", "c", "d"];

/**
 * Four processes write to a file until kill -9 ends them. Returns how many acknowledged entries are missing, and what
 * `verify` says about the file.
 */
export async function killRound(
  file: string,
  round: number,
  { least = 10 }: { readonly least?: number } = {},
): Promise<{
  readonly acknowledged: number;
  readonly lost: number;
  readonly verified: Verification;
}> {
  const runOf = (name: string) => `${name}-${round}`;
  const writers = names.map((name) => start("writer.ts", file, runOf(name)));
  const endedByItself = () => writers.some(({ child }) => child.exitCode !== null);
  while (!endedByItself() && writers.some(({ said }) => said().split("\n").length < least)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const isCrash = endedByItself();
  for (const { child } of writers) child.kill("SIGKILL");
  if (isCrash) throw new Error("a writer ended before kill -9");
  const outputs = await Promise.all(writers.map(({ output }) => output));
  const { ledger } = sqlite(file);
  let acknowledged = 0;
  let lost = 0;
  for (const [index, name] of names.entries()) {
    const said = outputs[index]!.split("\n").filter((line) => line !== "").length;
    acknowledged += said;
    lost += Math.max(0, said - ledger.rows(runOf(name)).length);
  }
  const verified = ledger.verify();
  ledger.close();
  return { acknowledged, lost, verified };
}
