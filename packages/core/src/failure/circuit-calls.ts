import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import { circuitKeptMs } from "../store/circuit-kept-ms.ts";
import { CircuitRefusalError } from "../vocabulary/circuit-refusal.ts";
import type { EventDraft } from "../vocabulary/events.ts";
import type { CircuitPorts } from "./circuit-ports.ts";
import type { CircuitSettings } from "./circuit-settings.ts";
import { breakLeftMs, forcedAt, newCircuit, type CircuitState } from "./circuit-state.ts";
import { CallCounts } from "./circuit-stats.ts";
import { enterCircuit, type EnterToken, type Entry } from "./enter-circuit.ts";
import type { FailureCircuit } from "./failure-circuit.ts";
import { isClean } from "./failure-window.ts";
import { HeldState } from "./held-state.ts";
import { judgeError, nameOfError } from "./judge-error.ts";
import type { PermitEnd } from "./permit.ts";
import { settleCircuit, type CallResult } from "./settle-circuit.ts";

/** A call that the circuit let through. */
export interface Entered {
  /** `undefined` for a call that would have been refused: it does not count. A promise while the store has not answered. */
  readonly token: MaybePromise<EnterToken> | undefined;
  readonly startedAt: number;
}

/** Whether no failure counts any more. */
function isWell({ phase }: CircuitState): boolean {
  return phase.status === "closed" && isClean(phase.window);
}

/** Who moved the circuit by hand. */
interface Said {
  readonly by?: string | undefined;
  readonly why?: string | undefined;
}

/** The answer of the pure function, with the states before and after it. */
interface Asked {
  readonly entry: Entry;
  readonly before: CircuitState;
  readonly state: CircuitState;
}

interface Question {
  readonly change: (before: CircuitState) => Asked;
  readonly answer: (asked: Asked) => Entered | CircuitRefusalError;
}

/** Admits the calls of one circuit and counts their results. Pure functions decide over the state; this class does the rest. */
export class CircuitCalls {
  readonly counts: CallCounts = new CallCounts();
  readonly held: HeldState;
  readonly #name: string;
  readonly #settings: CircuitSettings;
  readonly #ports: CircuitPorts;
  readonly #changed: () => void;
  /** The first failure since the circuit had none: the cause of each refusal. */
  #firstFailure: { readonly error: unknown } | undefined;

  /** @param changed hears that the circuit may have changed */
  constructor(name: string, settings: CircuitSettings, ports: CircuitPorts, changed: () => void) {
    this.#name = name;
    this.#settings = settings;
    this.#ports = ports;
    this.#changed = changed;
    const { store, deadline, clock } = ports;
    const first = newCircuit(settings.openRule);
    const failed = (error: unknown) => this.#tell({ type: "port-error", port: "store", error });
    this.held = new HeldState({ name, first, store, deadline, clock, failed });
  }

  /** Whether guard may forget the circuit: it is not forced, and it is closed, or its break was over a week ago. */
  get hasEnded(): boolean {
    const { known } = this.held;
    const now = this.#ports.clock();
    const { phase } = known;
    if (forcedAt(known, now) !== undefined) return false;
    if (phase.status === "closed") return true;
    return phase.status === "open" && phase.openedAt + phase.breakMs + circuitKeptMs < now;
  }

  /** Asks for one call. A refusal is a value here: an error for the caller needs no `throw` before a fallback. */
  admit(): MaybePromise<Entered | CircuitRefusalError> {
    const { change, answer } = this.#question();
    return andThen(this.held.change(change), answer);
  }

  /** `admit` for code that can't wait. */
  admitNow(): Entered | CircuitRefusalError {
    const { change, answer } = this.#question();
    const { now, stored } = this.held.changeNow(change);
    const entered = answer(now);
    if (stored === undefined) return entered;
    const { entry: local } = now;
    if (local.pass && !(entered instanceof CircuitRefusalError)) {
      // The call counts in the state that the processes share.
      const token = stored.then(({ entry }) => (entry.pass ? entry.token : local.token));
      return { ...entered, token };
    }
    void stored.then(({ entry }) => this.#release(entry));
    return entered;
  }

  /** The store let a probe through that this process had refused. */
  #release(entry: Entry): MaybePromise<unknown> {
    if (!entry.pass || entry.token.lease === undefined) return undefined;
    const { token } = entry;
    const now = this.#ports.clock();
    return this.held.change((state) =>
      settleCircuit(state, token, "ignored", now, 0, this.#settings),
    );
  }

  #question(): Question {
    const { clock, nextId } = this.#ports;
    const now = clock();
    const id = nextId();
    return {
      change: (before) => {
        const entry = enterCircuit(before, id, now, this.#settings);
        return { entry, before, state: entry.state };
      },
      answer: (asked) => this.#answer(asked, now),
    };
  }

  #answer({ entry, before }: Asked, now: number): Entered | CircuitRefusalError {
    const { monotonic, mode } = this.#ports;
    this.#moved(before, entry.state, now);
    if (entry.pass) {
      if (entry.token.lease !== undefined) this.counts.probes.started += 1;
      return { token: entry.token, startedAt: monotonic() };
    }
    const { reads: state, retryAfterMs } = entry;
    this.counts.calls.refused += 1;
    this.#tell({ type: "circuit-refusal", ...this.#own, state, retryAfterMs });
    if (mode === "observe") return { token: undefined, startedAt: monotonic() };
    const forced = forcedAt(entry.state, now);
    const cause = this.#firstFailure;
    return new CircuitRefusalError(
      {
        circuit: this.#name,
        state,
        retryAfterMs,
        isForced: forced !== undefined,
        why: forced?.why,
      },
      cause === undefined ? {} : { cause: cause.error },
    );
  }

  /** Counts what came of a call. Returns how the circuit has judged it. Never throws. */
  end(
    { token, startedAt }: Entered,
    how: PermitEnd,
    signal?: AbortSignal,
  ): MaybePromise<CallResult> {
    const { clock, monotonic, random } = this.#ports;
    const now = clock();
    const chance = random();
    const durationMs = Math.max(monotonic() - startedAt, 0);
    const told = "error" in how ? this.judge(how.error, signal) : how.result;
    if (token === undefined) return told;
    const isSlow = told === "success" && durationMs > this.#settings.slowCallMs;
    const result = isSlow ? "failure" : told;
    const settled = (own: EnterToken) =>
      this.held.change((before) => {
        const { applied, state } = settleCircuit(before, own, result, now, chance, this.#settings);
        return { applied, state, before, isProbe: own.lease !== undefined };
      });
    return andThen(andThen(token, settled), ({ applied, before, state, isProbe }) => {
      this.counts.count({ result, isProbe, isSlow, applied });
      if (applied && result === "failure" && "error" in how) this.#firstFailure ??= how;
      if (applied && isWell(state)) this.#firstFailure = undefined;
      const call = { ...this.#own, durationMs, probe: isProbe };
      const error = "error" in how ? { error: nameOfError(how.error) } : {};
      if (!applied) this.#tell({ type: "circuit-late", ...call, result });
      else if (result === "success") this.#tell({ type: "circuit-success", ...call });
      else if (result === "failure")
        this.#tell({ type: "circuit-failure", ...call, slow: isSlow, ...error });
      else this.#tell({ type: "circuit-ignored", ...call, ...error });
      this.#moved(before, state, now);
      return told;
    });
  }

  /** Changes the state by hand, and tells of it. In this process the change holds at once. */
  move(
    now: number,
    change: (state: CircuitState) => CircuitState,
    said: Said = {},
  ): MaybePromise<void> {
    const tell = ({ before, state }: Pick<Asked, "before" | "state">) =>
      this.#moved(before, state, now, said);
    const moved = this.held.changeNow((before) => ({ before, state: change(before) }));
    const isTold = tell(moved.now);
    return moved.stored?.then((stored) => void (isTold || tell(stored)));
  }

  /** What an error is for the circuit. */
  judge(error: unknown, signal?: AbortSignal): CallResult {
    return this.#asked(() => judgeError(error, this.#settings, signal));
  }

  /** Whether a returned result counts as a failure. */
  judgeResult(result: unknown): CallResult {
    return this.#asked(() => (this.#settings.isFailedResult(result) ? "failure" : "success"));
  }

  /** A function of the user's that throws must not change what the caller gets: the call counts as failed. */
  #asked(judge: () => CallResult): CallResult {
    try {
      return judge();
    } catch (error) {
      this.#tell({ type: "port-error", port: "circuit", error });
      return "failure";
    }
  }

  /** Tells of a transition. Returns whether there was one. */
  #moved(before: CircuitState, after: CircuitState, now: number, { by, why }: Said = {}): boolean {
    if (before === after && this.#ports.store === undefined) return false;
    this.#changed();
    if (before === after) return false;
    // A force that has ended holds in the eyes of the listeners until a call asks.
    const held = after.forced === undefined ? before.forced : forcedAt(before, now);
    const from: FailureCircuit["state"] = held?.to ?? before.phase.status;
    const to: FailureCircuit["state"] = forcedAt(after, now)?.to ?? after.phase.status;
    if (from === to) return false;
    if (to === "closed") this.#firstFailure = undefined;
    const { phase } = after;
    const isBreak = to === "open" && phase.status === "open";
    const wait = isBreak ? { retryAfterMs: breakLeftMs(phase, now) } : {};
    const said = { ...(by === undefined ? {} : { by }), ...(why === undefined ? {} : { why }) };
    this.#tell({ type: "circuit-transition", ...this.#own, from, to, ...wait, ...said });
    return true;
  }

  get #own() {
    return { circuit: this.#name, observed: this.#ports.mode === "observe" } as const;
  }

  #tell(event: EventDraft): void {
    if (!this.#ports.events.hears(event.type)) return;
    this.#ports.events.emit({ ...event, run: "", at: this.#ports.clock() });
  }
}
