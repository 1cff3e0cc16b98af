import { asOfRun, type Accounting } from "../budget/accounting.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { balancesIn, type Alert, type Booked } from "../budget/bank.ts";
import { countsOf, dueAlerts } from "../budget/ceiling.ts";
import { nameOf, runLines, sharedLines, type Asking, type Line } from "../budget/line.ts";
import { postingsOf } from "../budget/posting.ts";
import type { Wanted } from "./wanted.ts";
import type { Decision } from "../vocabulary/call.ts";
import type { Circuit } from "./circuit.ts";
import { extensionFor } from "../machine/override.ts";
import type { LedgerEntry } from "../ports/ledger.ts";
import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import { RunAccounts } from "./run-accounts.ts";
import { heldFor } from "./settle.ts";
import type { InFlight } from "./state.ts";

/** Names of unknown tools are a model's own invention: they are cut. */
const longestName = 128;

/** An entry before it is known whose and when. */
type Draft = LedgerEntry extends infer Entry
  ? Entry extends LedgerEntry
    ? Omit<Entry, "run" | "at" | "postings"> & { readonly postings?: readonly Posting[] }
    : never
  : never;

/**
 * One breaker's books: asks the accounts that runs share, books what its calls cost, raises alerts and
 * writes down what happens.
 */
export class Books {
  readonly #circuit: Circuit;
  readonly #accounting: Accounting;
  readonly own: RunAccounts;

  constructor(circuit: Circuit, accounting: Accounting) {
    this.#circuit = circuit;
    this.#accounting = accounting;
    this.own = new RunAccounts(circuit.run, circuit.state.accounts);
  }

  /** Whether the accounts that these calls have to agree with answer without waiting. */
  answersAtOnce(agent: string, calls: readonly Asking[]): boolean {
    const now = this.#circuit.settings.clock();
    const [line] = calls.flatMap((call) => this.#sharedLines(agent, call));
    if (line === undefined) return true;
    try {
      const found = balancesIn(this.#accounting.store, [nameOf(line, now)]);
      if (!(found instanceof Promise)) return true;
      found.catch(() => {}); // only whether there is something to wait for was asked
      return false;
    } catch {
      return true; // a store that fails at once is told where it is asked
    }
  }

  /** Holds what a call needs in the accounts that runs share, or says which refuses. */
  reserve(agent: string, wanted: Wanted): MaybePromise<Wanted> {
    const { settings, state, emit } = this.#circuit;
    const lines = this.#sharedLines(agent, wanted.call);
    if (lines.length === 0) return wanted;
    const now = settings.clock();
    const hold = this.#accounting.nextId();
    const { reservationMs } = settings;
    const extra = (account: string) => extensionFor(state.overrides, account, now);
    const asked = { id: hold, lines, need: wanted.need, extra, now, reservationMs };
    return andThen(this.#accounting.reserve(asked, emit), ({ reached, alerts, postings }) => {
      this.#raise(alerts);
      return reached === undefined ? { ...wanted, hold, postings } : { ...wanted, reached };
    });
  }

  /** Writes decisions down, and gives back what is held for calls that will not be made. */
  decided(
    agent: string,
    asked: readonly Wanted[],
    decisions: readonly Decision[],
    unused: readonly Wanted[],
  ): MaybePromise<unknown> {
    const waiting: MaybePromise<unknown>[] = [];
    const free = ({ call, hold }: Wanted) => {
      if (hold !== undefined) waiting.push(this.#release(hold, this.#sharedLines(agent, call)));
    };
    const entries: LedgerEntry[] = [];
    for (const [index, wanted] of asked.entries()) {
      const decision = decisions[index]!;
      if (decision.token.refused) free(wanted);
      this.#alert(agent, wanted.call);
      entries.push(this.#decision(agent, wanted, decision));
    }
    for (const wanted of unused) free(wanted);
    waiting.push(this.#append(entries));
    return waiting.some((one) => one instanceof Promise) ? Promise.all(waiting) : undefined;
  }

  /** Books what a call has cost in the accounts that runs share, and writes it down. */
  settled(
    agent: string,
    token: string,
    call: InFlight,
    status: Extract<LedgerEntry, { type: "settlement" }>["status"],
    spent: Amounts,
    own: readonly Posting[],
  ): MaybePromise<unknown> {
    const { run, settings, emit } = this.#circuit;
    const { kind, hold } = call;
    const asking = { kind, tool: call.signed.tool };
    this.#alert(agent, asking);
    const at = settings.clock();
    const entry = { type: "settlement", call: token, status, run, at } as const;
    const postings = asOfRun(run, own);
    const lines = this.#sharedLines(agent, asking);
    if (lines.length === 0 && hold === undefined) return this.#append([{ ...entry, postings }]);
    const owed = { hold, lines, counts: countsOf(kind), run, call: token, spent, now: at };
    const booked =
      status === "released"
        ? this.#release(hold, lines)
        : this.#accounting.settle({ ...owed, status }, emit);
    return andThen(booked, (shared) => {
      this.#raise(shared.alerts);
      return this.#append([{ ...entry, postings: [...postings, ...shared.postings] }]);
    });
  }

  /** Opens the run's accounts as a snapshot says they stand. */
  opened(): void {
    const postings = this.own
      .open()
      .flatMap(({ account, window, balance }) => postingsOf(account, window, balance));
    void this.write([{ type: "restored", postings }]);
  }

  /** Closes the run's accounts; `isKept`: the breaker goes on from what they hold. */
  closed({ isKept }: { readonly isKept: boolean }): void {
    const postings = isKept ? this.own.close() : this.own.clear();
    void this.write([{ type: "run-ended", postings }]);
  }

  /** Writes entries down. */
  write(drafts: readonly Draft[]): MaybePromise<void> {
    const { run, settings } = this.#circuit;
    const at = settings.clock();
    return this.#append(drafts.map((draft): LedgerEntry => ({ postings: [], ...draft, run, at })));
  }

  #append(entries: readonly LedgerEntry[]): MaybePromise<void> {
    return this.#accounting.write(entries, this.#circuit.emit);
  }

  #decision(agent: string, wanted: Wanted, { verdict, findings, token }: Decision): LedgerEntry {
    const { state, run, settings } = this.#circuit;
    const { call, signed, postings = [] } = wanted;
    const held = state.inFlight.get(token.id);
    const own = held === undefined ? [] : asOfRun(run, heldFor(held));
    return {
      type: "decision",
      agent,
      call: token.id,
      kind: call.kind,
      tool: signed.tool.slice(0, longestName),
      signature: signed.signature,
      verdict,
      rule: findings[0]?.rule,
      postings: token.refused ? [] : [...own, ...postings],
      run,
      at: settings.clock(),
    };
  }

  #release(hold: string | undefined, lines: readonly Line[]): MaybePromise<Booked> {
    const { settings, emit } = this.#circuit;
    if (hold === undefined) return { postings: [], alerts: [] };
    return this.#accounting.release(hold, lines, settings.clock(), emit);
  }

  #sharedLines(agent: string, call: Asking): readonly Line[] {
    return sharedLines(this.#circuit.settings.lines, agent, call);
  }

  /** Raises the alerts of the run's own accounts that are due. */
  #alert(agent: string, call: Asking): void {
    const { settings, state } = this.#circuit;
    const at = settings.clock();
    for (const line of runLines(settings.lines, agent, call)) {
      const balance = state.accounts.get(line.account);
      const due = balance === undefined ? [] : dueAlerts(line, balance, at);
      for (const { ceiling } of due) {
        this.#circuit.apply([{ set: "alerted", account: line.account, ceiling, at }]);
      }
      this.#raise(due.map((alert) => ({ account: line.account, ...alert })));
    }
  }

  #raise(alerts: readonly Alert[]): void {
    if (alerts.length === 0) return;
    this.#circuit.emit(...alerts.map((alert) => ({ type: "budget-alert", ...alert }) as const));
  }
}
