import { setAlerted } from "./write-state.ts";
import { asOfRun, type Accounting } from "../budget/accounting.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { balancesIn, type BookingResult } from "../budget/shared-accounts.ts";
import { type Alert, dueAlerts } from "../budget/alerts.ts";
import { countsOf } from "../budget/call-counts.ts";
import {
  balanceName,
  runLimits,
  sharedLimits,
  type CallTarget,
  type AccountLimit,
} from "../budget/account-limit.ts";
import { postingsOf } from "../budget/postings.ts";
import type { RequestedCall } from "./requested-call.ts";
import type { Decision, Outcome } from "../vocabulary/call.ts";
import type { CallCost } from "./call-cost.ts";
import type { Circuit } from "./circuit.ts";
import { extensionFor } from "../machine/override.ts";
import type { LedgerEntry, ResultDetails } from "../ports/ledger.ts";
import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import { RunAccounts } from "./run-accounts.ts";
import { EntryDetails, type Status } from "./entry-details.ts";
import { heldPostings } from "./held-postings.ts";
import type { PendingCall } from "./state.ts";

/** Models invent names of tools: guard cuts them, and the cut may halve an emoji. */
const longestName = 128;
const halves = /\p{Surrogate}/gu;

/** An entry without its run and its time. */
type Draft = LedgerEntry extends infer Entry
  ? Entry extends LedgerEntry
    ? Omit<Entry, "run" | "at" | "postings"> & { readonly postings?: readonly Posting[] }
    : never
  : never;

/** The books of one breaker. They ask shared accounts, book what calls cost, emit alerts and write to the ledger. */
export class Books {
  readonly #circuit: Circuit;
  readonly #accounting: Accounting;
  readonly #details: EntryDetails;
  readonly own: RunAccounts;

  constructor(circuit: Circuit, accounting: Accounting) {
    this.#circuit = circuit;
    this.#accounting = accounting;
    this.#details = new EntryDetails(circuit.settings, circuit.state);
    this.own = new RunAccounts(circuit.run, circuit.state.accounts);
  }

  /** Whether the shared accounts of these calls answer at once. */
  answersAtOnce(agent: string, calls: readonly CallTarget[]): boolean {
    const now = this.#circuit.settings.clock();
    const [accountLimit] = calls.flatMap((call) => this.#sharedLimits(agent, call));
    if (accountLimit === undefined) return true;
    try {
      const found = balancesIn(this.#accounting.store, [balanceName(accountLimit, now)]);
      if (!(found instanceof Promise)) return true;
      found.catch(() => {}); // only whether there is something to wait for was asked
      return false;
    } catch {
      return true; // a store that fails at once is told where it is asked
    }
  }

  /**
   * Holds what a call needs in shared accounts, or returns the account that refuses. If the store fails, it uses what
   * this process knows.
   */
  reserve(
    agent: string,
    requested: RequestedCall,
    { canAsk }: { readonly canAsk: boolean },
  ): MaybePromise<RequestedCall> {
    const { settings, state, emit } = this.#circuit;
    const limits = this.#sharedLimits(agent, requested.call);
    if (limits.length === 0) return requested;
    const now = settings.clock();
    const reservationId = this.#accounting.nextId();
    const extra = (account: string) => extensionFor(state.overrides, account, now);
    const asked = {
      id: reservationId,
      limits,
      estimate: requested.estimate,
      extra,
      now,
      ttlMs: settings.reservations.ttlMs,
    };
    const reserved = canAsk
      ? this.#accounting.reserve(asked, emit)
      : this.#accounting.reserveUnasked(asked);
    if (reserved === undefined) return requested;
    return andThen(reserved, ({ limitHit, alerts, postings }) => {
      this.#raise(alerts);
      return limitHit === undefined
        ? { ...requested, reservationId, postings }
        : { ...requested, limitHit };
    });
  }

  /** Writes decisions to the ledger, and releases what guard holds for calls that will not be made. */
  writeDecisions(
    agent: string,
    asked: readonly RequestedCall[],
    decisions: readonly Decision[],
    unused: readonly RequestedCall[],
  ): MaybePromise<unknown> {
    const waiting: MaybePromise<unknown>[] = [];
    const free = ({ call, reservationId }: RequestedCall) => {
      if (reservationId === undefined) return;
      waiting.push(this.#release(reservationId, this.#sharedLimits(agent, call)));
    };
    const entries: LedgerEntry[] = [];
    for (const [index, requested] of asked.entries()) {
      const decision = decisions[index]!;
      if (decision.token.refused) free(requested);
      this.#alert(agent, requested.call);
      entries.push(this.#decision(agent, requested, decision));
    }
    for (const requested of unused) free(requested);
    waiting.push(this.#append(entries));
    return waiting.some((one) => one instanceof Promise) ? Promise.all(waiting) : undefined;
  }

  /** Books what a call has cost in shared accounts, and writes it to the ledger. */
  bookCost(
    agent: string,
    token: string,
    call: PendingCall,
    status: Status,
    spent: Amounts,
    own: readonly Posting[],
    details: ResultDetails,
  ): MaybePromise<unknown> {
    const { run, settings, emit } = this.#circuit;
    const { kind, reservationId, signed } = call;
    const asking = { kind, tool: signed.tool };
    this.#alert(agent, asking);
    const at = settings.clock();
    const entry = { type: "settlement", call: token, status, run, at, ...details } as const;
    const postings = asOfRun(run, own);
    const limits = this.#sharedLimits(agent, asking);
    const isOwn = limits.length === 0 && reservationId === undefined;
    if (isOwn) return this.#append([{ ...entry, postings }]);
    const owed = {
      reservationId,
      limits,
      counts: countsOf(kind),
      run,
      call: token,
      spent,
      now: at,
    };
    const booked =
      status === "released"
        ? this.#release(reservationId, limits)
        : this.#accounting.bookCost({ ...owed, status }, emit);
    return andThen(booked, (shared) => {
      this.#raise(shared.alerts);
      return this.#append([{ ...entry, postings: [...postings, ...shared.postings] }]);
    });
  }

  /** Opens the run's accounts with the balances of a snapshot. */
  opened(): void {
    const postings = this.own
      .open()
      .flatMap(({ account, window, balance }) => postingsOf(account, window, balance));
    void this.write([{ type: "restored", postings }]);
  }

  /** Closes the run's accounts. `isKept`: the breaker goes on with their balances. */
  closed({ isKept }: { readonly isKept: boolean }): void {
    if (!isKept) this.#details.endRun();
    const postings = isKept ? this.own.close() : this.own.clear();
    void this.write([{ type: "run-ended", postings }]);
  }

  /** What the entry of a settlement says about a result. */
  detailsOf(token: string, status: Status, outcome: Outcome, cost: CallCost): ResultDetails {
    return this.#details.ofResult(token, status, outcome, cost);
  }

  /** Writes entries to the ledger. */
  write(drafts: readonly Draft[]): MaybePromise<void> {
    const base = { run: this.#circuit.run, at: this.#circuit.settings.clock(), postings: [] };
    return this.#append(drafts.map((draft): LedgerEntry => ({ ...base, ...draft })));
  }

  #append(entries: readonly LedgerEntry[]): MaybePromise<void> {
    return this.#accounting.write(entries, this.#circuit.emit);
  }

  #decision(agent: string, requested: RequestedCall, decision: Decision): LedgerEntry {
    const { verdict, findings, token } = decision;
    const { state, run, settings } = this.#circuit;
    const { call, signed, postings = [] } = requested;
    const held = state.pending.get(token.id);
    const own = held === undefined ? [] : asOfRun(run, heldPostings(held));
    return {
      type: "decision",
      agent,
      call: token.id,
      kind: call.kind,
      tool: signed.tool.slice(0, longestName).replace(halves, "\u{FFFD}"),
      signature: signed.signature,
      verdict,
      executed: token.refused !== true,
      rule: findings[0]?.rule,
      ...this.#details.ofCall(requested, decision),
      postings: token.refused ? [] : [...own, ...postings],
      run,
      at: settings.clock(),
    };
  }

  #release(
    reservationId: string | undefined,
    limits: readonly AccountLimit[],
  ): MaybePromise<BookingResult> {
    const { settings, emit } = this.#circuit;
    if (reservationId === undefined) return { postings: [], alerts: [] };
    return this.#accounting.release(reservationId, limits, settings.clock(), emit);
  }

  #sharedLimits(agent: string, call: CallTarget): readonly AccountLimit[] {
    return sharedLimits(this.#circuit.settings.accountLimits, agent, call);
  }

  /** Emits the alerts that are due for the run's own accounts. */
  #alert(agent: string, call: CallTarget): void {
    const { settings, state } = this.#circuit;
    const at = settings.clock();
    for (const accountLimit of runLimits(settings.accountLimits, agent, call)) {
      const balance = state.accounts.get(accountLimit.account);
      const due = balance === undefined ? [] : dueAlerts(accountLimit, balance, at);
      for (const { ceiling } of due) {
        setAlerted(state, accountLimit.account, ceiling, at);
      }
      this.#raise(due);
    }
  }

  #raise(alerts: readonly Alert[]): void {
    if (alerts.length === 0) return;
    this.#circuit.emit(...alerts.map((alert) => ({ type: "budget-alert", ...alert }) as const));
  }
}
