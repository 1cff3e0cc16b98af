// Only for tests that vitest runs.
import { afterEach, beforeEach, vi } from "vitest";
import { isExpectedLine } from "./langchain-lines.ts";

/** Unhandled rejections of the current test. */
export const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => void unhandled.push(reason);

/**
 * LangChain prints a line for every error that a handler throws, and LangGraph for every node that it
 * visits again. Stopping a run is throwing, so in these tests the lines say nothing; all other output stays.
 */
export function quietHandlerErrors(): void {
  beforeEach(() => {
    for (const method of ["error", "warn", "log"] as const) {
      const print = console[method].bind(console);
      vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => {
        if (!isExpectedLine(String(parts[0]))) print(...parts);
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
