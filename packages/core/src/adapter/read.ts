/** The value at a path inside a foreign object; `undefined` where the path ends early, or where reading it throws. */
export function read(value: unknown, ...path: readonly string[]): unknown {
  let inner = value;
  try {
    for (const key of path) inner = (inner as Record<string, unknown> | null | undefined)?.[key];
    return inner;
  } catch {
    return undefined;
  }
}
