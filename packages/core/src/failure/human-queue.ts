import * as v from "valibot";
import { object } from "../options/options-schema.ts";
import { received } from "../options/received.ts";
import { readWith } from "../options/read-with.ts";
import type { Clock } from "../ports/clock.ts";
import type { Store } from "../ports/store.ts";
import type { Wait } from "../ports/wait.ts";
import { transact } from "../store/transact.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { LastRoute, RouteContext } from "./failover.ts";
import { nameOfError } from "./judge-error.ts";
import type { StoredTicket, Ticket } from "./ticket.ts";

/** Options of {@link Registry.humanQueue}. */
export interface HumanQueueOptions<Name extends string> {
  /** The queue's name. Queues of one registry with one name are one queue. Default: `"human"`. */
  readonly name?: Name | undefined;
  /**
   * Keeps the calls in the registry's `store`, so that they outlive the process, and other processes can serve them. The store
   * then holds their inputs and answers, which are prompts. Default: `false`: the memory of this process holds them.
   */
  readonly keepText?: boolean | undefined;
  /** Hears of each new call, for instance to send a message. If it throws, the call waits all the same. */
  readonly notify?: ((ticket: { readonly id: string; readonly at: number }) => unknown) | undefined;
}

/** What a queue gets from its registry. */
interface QueuePorts {
  readonly clock: Clock;
  readonly wait: Wait;
  readonly store: Store | undefined;
  /** Where all queues of the registry keep their calls if they don't keep them in `store`. */
  readonly memory: Store;
  /** Wakes the callers in this process that wait for a ticket, by the ticket's key. */
  readonly wakeUps: Map<string, Set<() => void>>;
  /** An id that no other process makes. */
  readonly nextId: () => string;
  /** Hears that `notify` threw, or that a stored call can't be read. */
  readonly failed: (error: unknown) => void;
}

/**
 * Calls that wait until a person answers them: the last route of a {@link failover}.
 *
 * @example
 * const [ticket] = await people.waiting();
 * await people.serve(ticket.id, "Your order leaves tomorrow.");
 */
export interface HumanQueue<Input, Answer, Name extends string = string> extends LastRoute<
  Input,
  Answer,
  Name
> {
  /** Puts a call into the queue, and waits for its answer. An abort ends the wait; the call stays in the queue. */
  readonly call: (input: Input, context?: Partial<RouteContext>) => Promise<Answer>;
  /** Waits for the answer of a call, for instance after a restart of the process. */
  wait(id: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<Answer>;
  /** The calls that wait, the oldest first. */
  waiting(): Promise<readonly Ticket<Input>[]>;
  /** Answers a call. Returns `false` if there is no such call, or if another person was faster. */
  serve(id: string, answer: Answer): Promise<boolean>;
  /** Ends a call without an answer: its caller gets an error with the reason. Returns `false` as `serve` does. */
  refuse(id: string, why: string): Promise<boolean>;
}

/** How long an answer waits for its caller. */
const answerMs = 7 * 24 * 60 * 60_000;

/** A call waits for a person as long as it takes. */
const waitingMs = 100 * 365 * 24 * 60 * 60_000;

/** How often a waiting process looks whether another process has served its call. */
const pollMs = 1_000;

const schema = object({
  name: v.optional(v.message(v.pipe(v.string(), v.minLength(1)), "a text that is not empty")),
  keepText: v.optional(v.message(v.boolean(), "true or false")),
  notify: v.optional(v.message(v.function(), "a function")),
});

/**
 * Makes a queue for people.
 *
 * @throws {OptionsError} naming every fault with its path and value
 */
export function humanQueue<Input, Answer, const Name extends string = "human">(
  options: HumanQueueOptions<Name>,
  ports: QueuePorts,
): HumanQueue<Input, Answer, Name> {
  readWith(schema, options, { at: "humanQueue" });
  if (options.keepText === true && ports.store === undefined) {
    throw new OptionsError([
      "humanQueue.keepText: the registry has no store (write createRegistry({ store }))",
    ]);
  }
  return new Queue<Input, Answer, Name>(options, ports);
}

class Queue<Input, Answer, Name extends string> implements HumanQueue<Input, Answer, Name> {
  readonly name: Name;
  readonly #store: Store;
  readonly #isShared: boolean;
  readonly #ports: QueuePorts;
  readonly #notify: HumanQueueOptions<Name>["notify"];

  constructor(options: HumanQueueOptions<Name>, ports: QueuePorts) {
    const { name = "human" as Name, keepText = false, notify } = options;
    this.name = name;
    this.#ports = ports;
    this.#isShared = keepText;
    this.#store = (keepText ? ports.store : undefined) ?? ports.memory;
    this.#notify = notify;
  }

  readonly call = async (
    input: Input,
    { signal, failed = [] }: Partial<RouteContext> = {},
  ): Promise<Answer> => {
    checkJson(input);
    const id = this.#ports.nextId();
    const at = this.#ports.clock();
    const names = failed.map(({ name, error }) => ({ name, error: nameOfError(error) }));
    const ticket = { id, input, at, failed: names };
    await this.#write(id, ticket, waitingMs, (before) => before === undefined);
    try {
      await this.#notify?.({ id, at });
    } catch (error) {
      this.#ports.failed(error);
    }
    return this.wait(id, { signal });
  };

  async wait(
    id: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Answer> {
    for (;;) {
      signal?.throwIfAborted();
      const woken = this.#woken(id, signal);
      const found = await this.#store.get(this.#key(id));
      if (found === undefined) {
        throw new Error(
          `the queue "${this.name}" has no call ${id}: its answer was read a week ago, or it never came in`,
        );
      }
      const { done } = JSON.parse(found.value) as StoredTicket<Input, Answer>;
      if (done !== undefined && "refused" in done) {
        throw new Error(`a person has refused to answer the call: ${done.refused}`);
      }
      if (done !== undefined) return done.answer;
      await woken;
    }
  }

  async waiting(): Promise<readonly Ticket<Input>[]> {
    const keys = await this.#store.list(this.#key(""));
    const tickets: Ticket<Input>[] = [];
    for (const key of keys) {
      const found = await this.#store.get(key);
      if (found === undefined) continue;
      try {
        const { done, ...ticket } = JSON.parse(found.value) as StoredTicket<Input, Answer>;
        if (done === undefined) tickets.push(ticket);
      } catch (error) {
        this.#ports.failed(error); // the other calls must not wait for a damaged one
      }
    }
    return tickets.toSorted((a, b) => a.at - b.at);
  }

  async serve(id: string, answer: Answer): Promise<boolean> {
    checkJson(answer);
    return this.#finish(id, { answer });
  }

  refuse(id: string, why: string): Promise<boolean> {
    return this.#finish(id, { refused: why });
  }

  async #finish(
    id: string,
    done: NonNullable<StoredTicket<Input, Answer>["done"]>,
  ): Promise<boolean> {
    const isFirst = await this.#write(
      id,
      { done },
      answerMs,
      (before) => before !== undefined && before.done === undefined,
    );
    for (const wake of this.#ports.wakeUps.get(this.#key(id)) ?? []) wake();
    return isFirst;
  }

  /** Writes parts of a ticket, if the ticket before fits. Returns whether it did. */
  async #write(
    id: string,
    parts: Partial<StoredTicket<Input, Answer>>,
    keptMs: number,
    fits: (before: StoredTicket<Input, Answer> | undefined) => boolean,
  ): Promise<boolean> {
    const key = this.#key(id);
    return transact(this.#store, [key], (values) => {
      const text = values.get(key);
      const before =
        text === undefined ? undefined : (JSON.parse(text) as StoredTicket<Input, Answer>);
      if (!fits(before)) return { writes: [], result: false };
      const value = JSON.stringify({ ...before, ...parts });
      return { writes: [{ key, value, expiresAt: this.#ports.clock() + keptMs }], result: true };
    });
  }

  /** The name's colons are written otherwise, or the calls of the queue `a:b` would be calls of the queue `a`, too. */
  #key(id: string): string {
    return `human:${this.name.replaceAll("%", "%25").replaceAll(":", "%3A")}:${id}`;
  }

  /** Resolves when this process serves the ticket, when it is time to look into the store again, or on an abort. */
  #woken(id: string, signal: AbortSignal | undefined): Promise<void> {
    const { wakeUps } = this.#ports;
    const key = this.#key(id);
    const waits = wakeUps.get(key) ?? new Set();
    wakeUps.set(key, waits);
    const poll = this.#isShared ? [this.#ports.wait(pollMs)] : [];
    let wake!: () => void;
    const served = new Promise<void>((resolve) => (wake = resolve));
    waits.add(wake);
    signal?.addEventListener("abort", wake, { once: true });
    return Promise.race([served, ...poll]).finally(() => {
      signal?.removeEventListener("abort", wake);
      waits.delete(wake);
      if (waits.size === 0) wakeUps.delete(key);
    });
  }
}

/** @throws {TypeError} for a value that JSON can't hold */
function checkJson(value: unknown): void {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // `text` stays undefined
  }
  if (text === undefined) {
    throw new TypeError(`humanQueue: expected a JSON value, received ${received(value)}`);
  }
}
