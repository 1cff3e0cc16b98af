import type { RecordedEvent } from "../vocabulary/recorded-event.ts";
import * as v from "valibot";
import { toolPolicies } from "../vocabulary/tool-policy.ts";
import { GuardError } from "../vocabulary/errors.ts";

/** A recorded run: one line of a recording. */
export interface RecordedRun {
  readonly id: string;
  readonly events: readonly RecordedEvent[];
}

/** A line is no recorded run. The message says where it is wrong. */
export class RecordingError extends GuardError {
  override readonly name = "RecordingError";

  constructor(fault: string, options?: ErrorOptions) {
    super("GUARD_BAD_RECORDING", fault, options);
  }
}

const name = v.message(v.string(), "a text");
const text = v.nullish(name);
const number = v.nullish(v.message(v.pipe(v.number(), v.finite()), "a number"));
const amount = v.nullish(
  v.message(v.pipe(v.number(), v.finite(), v.minValue(0)), "a number of at least 0"),
);
const anything = v.optional(v.unknown());
const flag = v.nullish(v.message(v.boolean(), "true or false"));
const policy = v.nullish(v.message(v.picklist(toolPolicies), `one of ${toolPolicies.join(", ")}`));

const costs = {
  inputTokens: amount,
  tokensIn: amount,
  outputTokens: amount,
  tokensOut: amount,
  usd: amount,
  cost: amount,
};
const timed = { t: number, turn: number };
const taken = { ...timed, ms: amount, lane: text };

const eventSchema = v.variant(
  "type",
  [
    v.object({ type: v.literal("user"), agent: text, text, ...timed }),
    v.object({
      type: v.literal("model"),
      agent: text,
      model: text,
      text,
      error: flag,
      ...costs,
      ...taken,
    }),
    v.object({
      type: v.literal("tool"),
      agent: text,
      round: number,
      tool: name,
      args: anything,
      result: anything,
      error: flag,
      policy,
      ...costs,
      ...taken,
    }),
    v.object({
      type: v.literal("handoff"),
      round: number,
      from: name,
      to: name,
      task: anything,
      taskId: text,
      result: anything,
      error: flag,
      ...costs,
      ...taken,
    }),
  ],
  "an event of type user, model, tool or handoff",
);

const runSchema = v.object(
  { id: name, events: v.message(v.array(v.unknown()), "an array") },
  "an object with id and events",
);

/**
 * Reads one line of a recording. It ignores unknown fields and `null`, and reads `tokensIn`, `tokensOut` and `cost` as
 * `inputTokens`, `outputTokens` and `usd`.
 *
 * @throws {RecordingError} saying where the line is wrong
 */
export function parseRun(line: string): RecordedRun {
  return runFrom(json(line));
}

/** @throws {RecordingError} if the value is no run */
export function runFrom(value: unknown): RecordedRun {
  const { id, events } = checked(runSchema, value, "");
  return { id, events: events.map((event, index) => eventOf(event, `events.${index}`)) };
}

/** @throws {RecordingError} if the value is no event; `path` says where it is */
export function eventOf(value: unknown, path: string): RecordedEvent {
  const event = checked(eventSchema, value, path);
  const known = Object.fromEntries(
    Object.entries(event).filter(([, field]) => field !== null && field !== undefined),
  ) as unknown as RecordedEvent;
  if (event.type === "user") return known;
  const usd = event.usd ?? event.cost ?? undefined;
  const inputTokens = event.inputTokens ?? event.tokensIn ?? undefined;
  const outputTokens = event.outputTokens ?? event.tokensOut ?? undefined;
  return {
    ...known,
    usd,
    ...(event.type === "model" ? { inputTokens, outputTokens } : {}),
  } as RecordedEvent;
}

/** @throws {RecordingError} if the line is no JSON */
export function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new RecordingError("not JSON", { cause: error });
  }
}

/** @throws {RecordingError} if the value does not fit; `at` says where it is */
export function checked<T extends v.GenericSchema>(
  schema: T,
  value: unknown,
  at: string,
): v.InferOutput<T> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = [at, v.getDotPath(issue)].filter(Boolean).join(".");
  const where = path === "" ? "" : `${path}: `;
  if (issue.received === "undefined") throw new RecordingError(`${where}is missing`);
  throw new RecordingError(`${where}expected ${issue.message}, received ${issue.received}`);
}
