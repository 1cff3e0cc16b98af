import { canonical } from "../signature/canonical.ts";
import { hash } from "../signature/hash.ts";
import { outcomeFingerprint } from "../signature/outcome.ts";
import { parsed } from "../signature/sign.ts";
import type { Settings } from "../options/settings.ts";
import type { CallDetails, ResultDetails } from "../ports/ledger.ts";
import type { Call, Decision, Usage } from "../vocabulary/call.ts";
import type { LedgerEntry } from "../ports/ledger.ts";
import type { ToldOutcome } from "../signature/outcome.ts";
import type { CallCost } from "./call-cost.ts";
import type { RequestedCall } from "./requested-call.ts";
import type { RunState } from "./state.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What the ledger says about a result. */
export type Status = Extract<LedgerEntry, { type: "settlement" }>["status"];

const tokenKinds = [
  "inputTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "outputTokens",
] as const satisfies readonly (keyof Usage & keyof ResultDetails)[];

/**
 * Where calls of a run stand, what they used and how long they took, for the entries of the ledger. It takes hashes of
 * arguments and results only for a ledger of the user's own: the default ledger ends with the process.
 */
export class EntryDetails {
  readonly #settings: Settings;
  readonly #state: RunState;
  readonly #payer: Pick<CallDetails, "session" | "accounts">;
  /** When the pending calls began, by the monotonic clock. */
  readonly #began = new Map<string, number>();

  constructor(settings: Settings, state: RunState) {
    this.#settings = settings;
    this.#state = state;
    const { accounts } = settings;
    const { session } = accounts;
    this.#payer = {
      ...(session === undefined ? {} : { session }),
      ...(Object.keys(accounts).length === 0 ? {} : { accounts }),
    };
  }

  /** What the entry of a decision says about its call. */
  ofCall({ call, signed }: RequestedCall, { token }: Decision): CallDetails {
    const { monotonic, ledger } = this.#settings;
    const { lanes, turns } = this.#state;
    if (token.refused !== true) this.#began.set(token.id, monotonic());
    const lane = lanes.get(token.lane);
    const rounds = lane?.rounds ?? 0;
    const details: Writable<CallDetails> = {
      ...this.#payer,
      lane: token.lane,
      turn: turns.get(lane?.root ?? "")?.number ?? 1,
      // guard keeps no lane that it has only refused.
      round: call.kind === "model" ? rounds : Math.max(rounds, 1),
      policy: signed.policy,
    };
    const input = ledger === undefined ? undefined : inputOf(call);
    if (input !== undefined) details.inputHash = hash(canonical(input));
    return details;
  }

  /** What the entry of a settlement says about the result. */
  ofResult(
    token: string,
    status: Status,
    outcome: ToldOutcome,
    { usage, spent }: CallCost,
  ): ResultDetails {
    const { monotonic, ledger } = this.#settings;
    const began = this.#began.get(token);
    this.#began.delete(token);
    if (status === "released") return { nanoUsd: 0 };
    const details: Writable<ResultDetails> = { nanoUsd: spent.nanoUsd };
    for (const kind of tokenKinds) {
      const tokens = usage[kind];
      if (tokens !== undefined) details[kind] = tokens;
    }
    if (began !== undefined) details.durationMs = Math.max(0, Math.round(monotonic() - began));
    if (ledger === undefined) return details;
    const { exact, masked, isTold } = outcomeFingerprint(outcome);
    if (isTold) Object.assign(details, { outputHash: exact, maskedOutputHash: masked });
    return details;
  }

  /** Forgets the calls that end with the run. A call of shared accounts may still come back. */
  endRun(): void {
    const { pending } = this.#state;
    for (const token of this.#began.keys()) {
      if (pending.get(token)?.reservationId === undefined) this.#began.delete(token);
    }
  }
}

/** What a call was asked with. Arguments as JSON text equal the object. */
function inputOf(call: Call): unknown {
  switch (call.kind) {
    case "tool":
      return typeof call.args === "string" ? parsed(call.args) : call.args;
    case "delegation":
      return call.task;
    case "model":
      return typeof call.prompt === "function" ? asked(call.prompt) : call.prompt;
  }
}

/** The prompt that a function returns. It may throw. */
function asked(prompt: Function): unknown {
  try {
    return prompt();
  } catch {
    return undefined;
  }
}
