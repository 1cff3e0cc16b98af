import type { Loop } from "../../evidence/loop.ts";
import type { OutcomeHashes } from "../../evidence/records.ts";
import { amounts, count, object, text, weight, type Fields, type Shape } from "./shapes.ts";

export const loopFields: Fields<Loop> = { count: weight, calls: count, spent: amounts };

/** How long a loop has been going on, and what it has cost. */
export const loopShape: Shape<Loop> = object<Loop>(loopFields);

/** An outcome by its hashes. */
export const outcomeShape: Shape<OutcomeHashes> = object<OutcomeHashes>({
  exact: text,
  masked: text,
});
