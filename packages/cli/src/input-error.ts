/** Something given to a command is wrong; the message is for the person who gave it. */
export class InputError extends Error {
  override readonly name = "InputError";
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "is a directory",
  EACCES: "may not be read",
  EPERM: "may not be read",
  Z_DATA_ERROR: "is damaged: not valid gzip",
  Z_BUF_ERROR: "is damaged: the gzip ends too early",
};

/** Says which file could not be read, and why, in the words of a person. */
export function unreadable(file: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  return new InputError(`${file}: ${reasons[code] ?? message}`, { cause: error });
}
