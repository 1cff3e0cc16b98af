import {
  createBreaker,
  type Breaker,
  type BreakerOptions,
  type Call,
  type Outcome,
} from "@guard/core";
import { tool } from "ai";
import { afterEach, beforeEach, expect, vi } from "vitest";
import { z } from "zod";
import { guardAI, type AIGuard } from "../../src/index.ts";

export const prompt = "Find the port.";

export interface Guarded {
  readonly breaker: Breaker;
  readonly guard: AIGuard;
}

export function guarded(options: BreakerOptions = {}): Guarded {
  const breaker = createBreaker(options);
  return { breaker, guard: guardAI(breaker) };
}

/** Guard as a process has it that has just begun, and has named no mistake on its console yet. */
export async function freshGuard() {
  vi.resetModules();
  const { createBreaker: fresh, createRegistry } = await import("@guard/core");
  const { guardAI: freshAI } = await import("../../src/index.ts");
  return { createBreaker: fresh, createRegistry, guardAI: freshAI };
}

export interface Overheard {
  /** Every call that was asked for, in order. */
  readonly asked: Call[];
  /** Every outcome that was told, in order. */
  readonly told: Outcome[];
}

/** Listens to what the adapter says to a breaker. */
export function overhear(breaker: Breaker): Overheard {
  const asked: Call[] = [];
  const told: Outcome[] = [];
  const agent = breaker.agent.bind(breaker);
  vi.spyOn(breaker, "agent").mockImplementation((...names) => {
    const lane = agent(...names);
    const [admit, settle] = [lane.admit.bind(lane), lane.settle.bind(lane)];
    lane.admit = (calls, options) => {
      asked.push(...calls);
      return admit(calls, options);
    };
    lane.settle = (token, outcome) => {
      told.push(outcome);
      return settle(token, outcome);
    };
    return lane;
  });
  return { asked, told };
}

/** A tool `use({ q })` that answers the same to the same, and the argument of every body that has run. */
export function useTool(answer: (q: string) => unknown = (q) => `${q} is there`) {
  const ran: string[] = [];
  const use = tool({
    description: "Uses it.",
    inputSchema: z.object({ q: z.string() }),
    execute: async ({ q }): Promise<unknown> => {
      ran.push(q);
      return answer(q);
    },
  });
  return { ran, tools: { use } };
}

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);

/** No test may leave a rejection that nobody has handled. */
export function watchRejections(): void {
  beforeEach(() => {
    unhandled.length = 0;
    process.on("unhandledRejection", note);
  });
  afterEach(() => {
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
}
