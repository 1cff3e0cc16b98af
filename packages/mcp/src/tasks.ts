import type { Outcome } from "@guard/core";
import { read, withMethods } from "@guard/core/adapter";
import {
  signalIn,
  toRefused,
  toUnanswered,
  withWarning,
  type Ask,
  type Asked,
} from "./to-answer.ts";

type Stream = (...args: readonly unknown[]) => AsyncIterable<unknown>;

/** The `experimental` part of a client, with guarded tool calls that run as tasks. Older clients have no such part. */
export function guardTasks(experimental: unknown, ask: Ask): { readonly experimental?: object } {
  const tasks = read(experimental, "tasks") as { readonly callToolStream: Stream } | undefined;
  if (typeof tasks?.callToolStream !== "function") return {};

  async function* callToolStream(...args: readonly unknown[]): AsyncGenerator<unknown, void> {
    const asked = await ask(args[0]);
    if (asked.refused !== undefined) return yield { type: "result", result: toRefused(asked) };
    const { agent, key } = asked;
    const signal = signalIn(args);
    let last: Outcome = { status: "ignored" }; // the reader has left
    try {
      for await (const message of tasks!.callToolStream(...args)) {
        const outcome = toOutcome(message, signal);
        if (outcome !== undefined) await agent.end(key, outcome); // before the caller reads it
        yield withNote(message, asked);
      }
    } catch (error) {
      last = toUnanswered(error, signal);
      throw error;
    } finally {
      await agent.end(key, last);
    }
  }

  return {
    experimental: { ...(experimental as object), tasks: withMethods(tasks, { callToolStream }) },
  };
}

/** The outcome in the last message of a stream. `undefined` for the messages before it. */
function toOutcome(message: unknown, signal: AbortSignal | undefined): Outcome | undefined {
  switch (read(message, "type")) {
    case "result":
      return { status: "success", result: read(message, "result") };
    case "error":
      return toUnanswered(read(message, "error"), signal);
    default:
      return undefined;
  }
}

function withNote(message: unknown, asked: Asked): unknown {
  if (read(message, "type") !== "result") return message;
  return { ...(message as object), result: withWarning(read(message, "result"), asked) };
}
