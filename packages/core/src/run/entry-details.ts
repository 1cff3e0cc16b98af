import { canonical } from "../signature/canonical.ts";
import { hash } from "../signature/hash.ts";
import { outcomeFingerprint } from "../signature/outcome.ts";
import type { Settings } from "../options/settings.ts";
import type { CallDetails, ResultDetails } from "../ports/ledger.ts";
import type { Call, Decision, Outcome } from "../vocabulary/call.ts";
import type { CallCost } from "./call-cost.ts";
import type { RequestedCall } from "./requested-call.ts";
import type { RunState } from "./state.ts";

/**
 * What the ledger keeps about calls beside decisions and costs: where a call stands in the run, hashes, tokens and time.
 * guard takes hashes of arguments and results only if the user has given a ledger: the memory's ledger ends with the
 * process.
 */
export class EntryDetails {
  readonly #settings: Settings;
  readonly #state: RunState;
  /** When calls began that have not come back. */
  readonly #began = new Map<string, number>();
  /** How many rounds each lane has had. */
  readonly #rounds = new Map<string, number>();

  constructor(settings: Settings, state: RunState) {
    this.#settings = settings;
    this.#state = state;
  }

  /** A lane asks for the calls of one answer. */
  beginRound(decisions: readonly Decision[], asked: readonly RequestedCall[]): void {
    const lane = decisions[0]?.token.lane;
    if (lane === undefined || asked.every(({ call }) => call.kind === "model")) return;
    this.#rounds.set(lane, (this.#rounds.get(lane) ?? 0) + 1);
  }

  /** What the entry of a decision says about its call. */
  ofCall({ call, signed }: RequestedCall, { token }: Decision): CallDetails {
    const { accounts, monotonic } = this.#settings;
    if (token.refused !== true) this.#began.set(token.id, monotonic());
    const root = this.#state.lanes.get(token.lane)?.root ?? "";
    return {
      ...(accounts.session === undefined ? {} : { session: accounts.session }),
      ...(Object.keys(accounts).length === 0 ? {} : { accounts }),
      lane: token.lane,
      turn: this.#state.turns.get(root)?.number ?? 1,
      round: this.#rounds.get(token.lane) ?? 0,
      policy: signed.policy,
      ...this.#hashed(() => ({ inputHash: hash(canonical(inputOf(call))) })),
    };
  }

  /** What the entry of a settlement says about the result. */
  ofResult(token: string, outcome: Outcome, { usage, spent }: CallCost): ResultDetails {
    const began = this.#began.get(token);
    this.#began.delete(token);
    const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = usage;
    const figures = { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens };
    return {
      ...Object.fromEntries(Object.entries(figures).filter(([, figure]) => figure !== undefined)),
      nanoUsd: spent.nanoUsd,
      ...(began === undefined
        ? {}
        : { durationMs: Math.max(0, Math.round(this.#settings.monotonic() - began)) }),
      ...this.#hashed(() => {
        const { exact, masked } = outcomeFingerprint(outcome);
        return { outputHash: exact, maskedOutputHash: masked };
      }),
    };
  }

  /** The run has ended. */
  clear(): void {
    this.#began.clear();
    this.#rounds.clear();
  }

  #hashed<T extends object>(take: () => T): T | undefined {
    return this.#settings.ledger === undefined ? undefined : take();
  }
}

/** What a call was asked with. */
function inputOf(call: Call): unknown {
  switch (call.kind) {
    case "tool":
      return call.args;
    case "delegation":
      return call.task;
    case "model":
      return call.prompt;
  }
}
