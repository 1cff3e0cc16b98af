import { OptionsError } from "../vocabulary/errors.ts";
import { mark } from "../vocabulary/marks.ts";

/** The error for an argument with a getter or a proxy that throws. What it throws is the error's `cause`. */
export function unreadable(at: string, cause: unknown): OptionsError {
  const error = new OptionsError([`${at}: guard can't read the value: a getter or a proxy throws`]);
  mark(error, "cause", cause);
  return error;
}
