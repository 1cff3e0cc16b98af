import { statSync } from "node:fs";

/** Tells one file from another of the same name. `undefined`: there is no file of that name, such as `":memory:"`. */
export function fileIdentity(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}
