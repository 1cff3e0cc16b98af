// Only for tests that vitest runs.
import { afterEach, beforeEach, vi } from "vitest";

/** Rejections that nobody has handled during the current test. */
export const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => void unhandled.push(reason);

/** What LangChain prints when guard stops a run, and when its own event stream hears of that twice. */
const expectedLine =
  /^Error in handler (?:GuardCallbackHandler|GuardGraphHandler|EventStreamCallbackHandler)/;

/**
 * LangChain prints a line for every error that a handler throws. Stopping a run is throwing, so in
 * these tests the line says nothing; all other output stays.
 */
export function quietHandlerErrors(): void {
  beforeEach(() => {
    for (const method of ["error", "warn"] as const) {
      const print = console[method].bind(console);
      vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => {
        if (!expectedLine.test(String(parts[0]))) print(...parts);
      });
    }
    unhandled.length = 0;
    process.on("unhandledRejection", noteUnhandled);
  });
  afterEach(() => {
    process.off("unhandledRejection", noteUnhandled);
    vi.restoreAllMocks();
  });
}
