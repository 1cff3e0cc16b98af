// Suites by kind: honest runs that guard must leave alone, and their evil twins that it must stop. They are made up, not
// recorded, and they are data: `replay` judges them.
import { answers } from "./answers.ts";
import { chats } from "./chats.ts";
import { fanOuts } from "./fan-outs.ts";
import { mutations } from "./mutations.ts";
import { notes } from "./notes.ts";
import { panels } from "./panels.ts";
import { polling } from "./polling.ts";
import { progress } from "./progress.ts";
import { repairs } from "./repairs.ts";
import { screenings } from "./screenings.ts";
import { sources } from "./sources.ts";
import { steps } from "./steps.ts";
import type { Suite } from "./suite.ts";
import { toldFailures } from "./told-failures.ts";

export type { EvilRun, Suite } from "./suite.ts";

/**
 * All suites that replay can judge. Graders in parallel and in turn, and texts put into requests in mid-run, show only
 * through adapters: their suites belong beside this list, over the seam.
 */
export const suites: readonly Suite[] = [
  polling,
  progress,
  screenings,
  steps,
  fanOuts,
  panels,
  repairs,
  mutations,
  chats,
  sources,
  notes,
  answers,
  toldFailures,
];
