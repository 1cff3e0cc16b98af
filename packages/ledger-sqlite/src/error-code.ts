/** The code of SQLite in an error, or in its cause, without the details in the higher bits. */
export function errorCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  return "errcode" in error ? Number(error.errcode) & 0xff : errorCode(error.cause);
}
