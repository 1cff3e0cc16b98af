import type { Rule } from "./rule.ts";
import { unchangedOutcome } from "./unchanged.ts";

/** Paging that brings exactly the same page again: the end has been reached. */
export const paging: Rule = unchangedOutcome("paging", ["paging"]);
