import {
  findCircuitOpen,
  type CircuitOpenError,
  type GuardEvent,
  type Registry,
} from "@guard/core";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { tool } from "@langchain/core/tools";
import { afterEach, beforeEach, vi } from "vitest";
import { z } from "zod";

const eventNames = ["warn", "block", "trip", "deny", "granted", "shared-run", "run-ended"] as const;

/** Everything that breakers tell, in order. */
export function listen(source: Pick<Registry, "on">): GuardEvent[] {
  const events: GuardEvent[] = [];
  for (const name of eventNames) source.on(name, (event) => events.push(event));
  return events;
}

/** How a run ended: with a result, or with an error and what guard says about it. */
export interface Ending<T> {
  readonly result: T | undefined;
  readonly error: unknown;
  readonly stop: CircuitOpenError | undefined;
}

/** Waits for the end of a run, and for whatever it left running behind it. */
export async function ending<T>(run: () => Promise<T>): Promise<Ending<T>> {
  try {
    const result = await run();
    return { result, error: undefined, stop: undefined };
  } catch (error) {
    return { result: undefined, error, stop: findCircuitOpen(error) };
  } finally {
    await drained();
  }
}

/** Everything that was ready to run has run. */
async function drained(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Rejections that nobody has handled during the current test. */
export const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => void unhandled.push(reason);

/** What LangChain prints when guard stops a run, and when its own event stream hears of that twice. */
const expectedLine = /^Error in handler (?:GuardGraphHandler|EventStreamCallbackHandler)/;

/** LangChain prints a line for every error that a handler throws; in these tests it says nothing. */
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

/** A tool whose bodies are counted. */
export interface CountedTool {
  readonly tool: StructuredToolInterface;
  /** The argument of every body that has run. */
  readonly ran: string[];
}

/** A tool `use({ q })` that answers the same to the same. */
export function useTool(
  answer: (q: string) => unknown = (q) => `${q} is there`,
  name = "use",
): CountedTool {
  const ran: string[] = [];
  const body = ({ q }: { q: string }) => {
    ran.push(q);
    return answer(q);
  };
  const schema = z.object({ q: z.string() });
  return { ran, tool: tool(body, { name, description: "Uses it.", schema }) };
}
