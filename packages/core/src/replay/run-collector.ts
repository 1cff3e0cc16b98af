import * as v from "valibot";
import { checked, eventOf, json, runFrom, type RecordedRun } from "./recorded-run.ts";
import type { RecordedEvent } from "../vocabulary/recorded-event.ts";

/**
 * Reads the lines of recordings, and puts the events of each run together. A line is a whole run, or one event of a run
 * as `recordTo` of `@guard/core/record` writes it. Give it the lines of all files, in the order in which they were
 * written.
 *
 * @example
 * const collector = new RunCollector();
 * for (const line of lines) {
 *   const run = collector.take(line);
 *   if (run !== undefined) console.log(replay(run));
 * }
 * for (const run of collector.rest()) console.log(replay(run)); // runs whose end was not recorded
 */
export class RunCollector {
  readonly #begun = new Map<string, { readonly id: string; readonly events: RecordedEvent[] }>();

  /**
   * Takes a line. Returns a run when it is whole.
   *
   * @throws {RecordingError} saying where the line is wrong
   */
  take(line: string): RecordedRun | undefined {
    const value = json(line);
    if (!isPart(value)) return runFrom(value);
    const part = checked(partSchema, value, "");
    const key = `${part.recorder ?? ""}\n${part.id}`;
    const run = this.#begun.get(key) ?? { id: part.id, events: [] };
    if (part.ended !== undefined) {
      this.#begun.delete(key);
      return run.events.length > 0 ? run : undefined;
    }
    run.events.push(eventOf(part.event, "event"));
    this.#begun.set(key, run);
    return undefined;
  }

  /** The runs whose end was not recorded, each once. */
  *rest(): Generator<RecordedRun> {
    for (const [key, run] of this.#begun) {
      this.#begun.delete(key);
      yield run;
    }
  }
}

function isPart(value: unknown): boolean {
  if (typeof value !== "object" || value === null || "events" in value) return false;
  return "event" in value || "ended" in value;
}

const text = v.message(v.string(), "a text");

const partSchema = v.object(
  {
    id: text,
    recorder: v.optional(text),
    event: v.optional(v.unknown()),
    ended: v.optional(v.message(v.literal(true), "true")),
  },
  "an object with id and event",
);
