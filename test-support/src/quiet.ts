// Only for tests that vitest runs.
import { afterEach, beforeEach, vi } from "vitest";
import { isExpectedLine } from "./langchain-lines.ts";

/** Unhandled rejections of the current test. */
export const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => void unhandled.push(reason);

/**
 * Hides the lines that LangChain prints for every error of a handler, and LangGraph for every node that it visits
 * again. guard throws to stop a run, so these lines say nothing in tests. All other output stays.
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
