/** An input of a command is wrong: an option, a file or a line. The message is for the user, and says what to do. */
export class InputError extends Error {
  override readonly name = "InputError";
}

const noFile = "there is no such file. Relative paths start in the current folder";
/** A folder was given in place of a file. */
export const isDirectory = "is a directory. Name the files in it: runs/*.jsonl";
const notReadable = "can't be read. Check the file's permissions";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: noFile,
  ENOTDIR: noFile,
  EISDIR: isDirectory,
  EACCES: notReadable,
  EPERM: notReadable,
  Z_DATA_ERROR: "is damaged: it is no valid gzip. Copy or pack the file again",
  Z_BUF_ERROR: "is damaged: the gzip ends too early. Copy or pack the file again",
  ERR_UNKNOWN_FILE_EXTENSION: "is no config. Use a .json file or a module: .mts, .ts, .mjs, .js",
};

/** The error for a file that guard can't read: the file, the reason, and what to do. */
export function unreadable(file: string, error: unknown): InputError {
  if (error instanceof InputError) return error;
  const { code = "", message } = error as NodeJS.ErrnoException;
  return new InputError(`${file}: ${reasons[code] ?? message}`, { cause: error });
}
