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
 * All suites that replay can judge. Replay does not see graders, nor texts that a framework adds to requests in the
 * middle of a run: only the adapters' seam does. Suites of these do not belong in this list.
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
