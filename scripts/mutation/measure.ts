import { availableParallelism } from "node:os";
import { relative } from "node:path";
import { Stryker } from "@stryker-mutator/core";
import type { MutatedRoom } from "./rooms.ts";

/** A mutant, and whether a test has found it. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly mutator: string;
  readonly replacement: string;
  /** `killed` by a failing test, `timeout` for a mutant that hangs, `survived`, or `uncovered` by any test. */
  readonly status: "killed" | "timeout" | "survived" | "uncovered";
}

const statuses: Readonly<Record<string, Mutant["status"]>> = {
  Killed: "killed",
  Timeout: "timeout",
  Survived: "survived",
  NoCoverage: "uncovered",
};

/** Mutants that count neither way: a comment leaves them out, or their code can't be loaded. */
const leftOut: readonly string[] = ["Ignored", "CompileError", "RuntimeError"];

/** Mutates files of one room, and runs the room's tests over each mutant. */
export async function measure(
  room: MutatedRoom,
  files: readonly string[],
): Promise<readonly Mutant[]> {
  process.env["GUARD_MUTATED_ROOM"] = room.name;
  const results = await new Stryker({
    testRunner: "vitest",
    plugins: ["@stryker-mutator/vitest-runner"],
    vitest: { configFile: "vitest.mutation.config.ts", related: false },
    mutate: [...files],
    // The copy that Stryker mutates holds core and what its tests need.
    ignorePatterns: [
      "**",
      ...["packages/core/**", "test-support/**", "scripts/mutation/**"].map((path) => `!${path}`),
      "!tsconfig*.json",
      "!vitest.mutation.config.ts",
      "node_modules",
    ],
    coverageAnalysis: "perTest",
    concurrency: Number(process.env["GUARD_MUTATION_WORKERS"] ?? availableParallelism()),
    tempDirName: ".stryker",
    tsconfigFile: "none", // Stryker would rewrite it with an API that TypeScript 7 does not have
    disableTypeChecks: false,
    reporters: ["progress-append-only"],
    logLevel: "warn" as never,
    timeoutMS: 5_000,
  }).runMutationTest();
  return results.flatMap(({ fileName, location, mutatorName, replacement, status }) => {
    const own = statuses[status];
    if (own === undefined && !leftOut.includes(status)) {
      throw new Error(`${fileName}:${location.start.line}: a mutant ended with ${status}`);
    }
    if (own === undefined) return [];
    return {
      file: relative(process.cwd(), fileName),
      line: location.start.line + 1,
      column: location.start.column + 1,
      mutator: mutatorName,
      replacement: replacement ?? "",
      status: own,
    };
  });
}
