import { insideOf } from "../breaker/breaker.ts";
import type { Texts } from "../vocabulary/texts.ts";
import type { Run } from "./run.ts";

/** The texts of a run that end users and models read. An adapter writes no others. */
export function textsOf(run: Run): Texts {
  return insideOf(run.breaker).texts;
}
