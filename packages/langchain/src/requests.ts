import { signature, type Call, type Decision, type Lane } from "@guard/core";
import { setBounded } from "@guard/core/adapter";

/** A call that was asked for and decided about, until its result is known. */
export interface Request {
  readonly call: Call;
  readonly decision: Decision;
  readonly lane: Lane;
  readonly started: boolean;
}

const maxRequests = 1_000;

/**
 * The calls of one root run that wait for their result: by the id that the model's answer gave them
 * until they start, then by the run that LangChain starts for them.
 */
export class Requests {
  readonly #waiting = new Map<string, Request>();

  set(key: string, request: Request): void {
    setBounded(this.#waiting, key, request, maxRequests);
  }

  get(key: string): Request | undefined {
    return this.#waiting.get(key);
  }

  /** Takes a request out: its result is there. */
  take(key: string): Request | undefined {
    const request = this.#waiting.get(key);
    this.#waiting.delete(key);
    return request;
  }

  /** Files a started call under its answer's id again: its result comes with the next request. */
  rename(run: string): void {
    const request = this.take(run);
    if (request !== undefined) this.set(request.call.id ?? run, request);
  }

  /**
   * The request that a tool starts for whose call has no id: classic executors drop it, some models
   * give none. Told by tool and arguments; of identical ones the first, they are interchangeable.
   */
  keyOf(call: Call & { kind: "tool" }): string | undefined {
    const wanted = signature(call.tool, call.args);
    for (const [key, { call: asked, started }] of this.#waiting) {
      if (started || asked.kind !== "tool") continue;
      if (signature(asked.tool, asked.args) === wanted) return key;
    }
    return undefined;
  }
}
