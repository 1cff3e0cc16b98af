import type { Combination } from "./combination.ts";
import type { Framework } from "./framework.ts";
import { withoutWaiting } from "./no-waiting.ts";
import { Scene } from "./scene.ts";

/** What one combination has cost after its trip. */
export interface Row extends Combination {
  readonly adapter: string;
  readonly framework: string;
  readonly version: string;
  readonly modelCallsAfter: number | null;
  readonly toolRunsAfter: number | null;
  readonly modelCallsGranted: number | null;
  readonly toolRunsGranted: number | null;
  readonly toolRunsInFlight: number | null;
  /** Whether the caller has seen the trip in the form that the exit promises. */
  readonly surfaced: boolean | null;
  /** Why there is no such combination. */
  readonly notApplicable: string | null;
}

/** A row, and what is wrong with it. */
export interface Judged {
  readonly row: Row;
  readonly faults: readonly string[];
}

/** The longest that one run may take: a run that hangs is a fault. */
const longestMs = 20_000;

/** The subject of a row: an adapter, its framework, and the framework's version. */
export type Head = Pick<Row, "adapter" | "framework" | "version">;

/** Plays one combination. */
export async function play(
  framework: Framework,
  { adapter, framework: name, version }: Head,
  combination: Combination,
): Promise<Judged> {
  const { way, trip, exit, preset } = combination;
  const head = { adapter, framework: name, version, preset, way, trip, exit };
  const notApplicable = framework.missing(combination);
  if (notApplicable !== undefined)
    return { row: { ...head, ...nothing, notApplicable }, faults: [] };

  const scene = new Scene(combination);
  const seen = await watched(() => framework.play(scene));
  const untripped = scene.jobs.filter(({ hasTripped }) => !hasTripped);
  const faults = [
    ...seen,
    ...untripped.map(({ number }) => `run ${number} was never stopped`),
    ...scene.reasons.filter((reason) => reason !== trip).map((reason) => `stopped for ${reason}`),
  ];
  const sum = (count: (job: Scene["jobs"][number]) => number) =>
    scene.jobs.reduce((total, job) => total + count(job), 0);
  const row: Row = {
    ...head,
    modelCallsAfter: sum(({ models }) => models.after),
    toolRunsAfter: sum(({ tools }) => tools.after),
    modelCallsGranted: sum(({ models }) => models.granted),
    toolRunsGranted: sum(({ tools }) => tools.granted),
    toolRunsInFlight: sum(({ tools }) => tools.inFlight),
    surfaced: faults.length === 0,
    notApplicable: null,
  };
  if (row.modelCallsAfter !== 0) faults.push(`${row.modelCallsAfter} model calls after the trip`);
  if (row.toolRunsAfter !== 0) faults.push(`${row.toolRunsAfter} tool runs after the trip`);
  return { row, faults };
}

const nothing = {
  modelCallsAfter: null,
  toolRunsAfter: null,
  modelCallsGranted: null,
  toolRunsGranted: null,
  toolRunsInFlight: null,
  surfaced: null,
} as const;

/** Waits for a run, not for ever; thrown errors and unhandled rejections are faults. */
async function watched(run: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const unhandled: string[] = [];
  const note = (reason: unknown) => void unhandled.push(`unhandled rejection: ${String(reason)}`);
  process.on("unhandledRejection", note);
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve(["it never ended"]), longestMs);
  });
  try {
    const faults = await Promise.race([withoutWaiting(run), tooLong]);
    return [...faults, ...unhandled];
  } catch (error) {
    return [`the run could not be played: ${String(error)}`, ...unhandled];
  } finally {
    clearTimeout(timer);
    process.off("unhandledRejection", note);
  }
}
