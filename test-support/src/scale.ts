// Helpers of the tests that run very many agents on LangChain.
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { FakeListChatModel } from "@langchain/core/utils/testing";

/** Counts each line. */
export function tally(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

/** Where one run waits until a test lets it pass. */
export interface Gate {
  /** Resolves when the run stands before it. */
  readonly reached: Promise<void>;
  readonly open: () => void;
  /** Resolves when it is open. */
  readonly passed: () => Promise<void>;
}

export function closedGate(): Gate {
  let reach!: () => void;
  let open!: () => void;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const passed = () => {
    reach();
    return opened;
  };
  return { reached, open, passed };
}

/** Plays runs of one model call each, one after another. Returns how many of them got their answer. */
export async function shortRuns(count: number, handler: BaseCallbackHandler): Promise<number> {
  const model = new FakeListChatModel({ responses: ["Hi."] });
  let answered = 0;
  for (let run = 0; run < count; run += 1) {
    const { text } = await model.invoke("Hello.", { callbacks: [handler] });
    if (text === "Hi.") answered += 1;
  }
  return answered;
}
