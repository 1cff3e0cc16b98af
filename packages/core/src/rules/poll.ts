import type { Rule } from "./rule.ts";
import { unchangedOutcome } from "./unchanged.ts";

/** Polling or waiting that goes on and on without a change: a job that will never be done. */
export const poll: Rule = unchangedOutcome("poll", ["polling", "wait"]);
