import type { Balance } from "../../budget/balance.ts";
import { plus } from "../../budget/amounts.ts";
import type { Amounts } from "../../vocabulary/spending.ts";
import type { PlainState } from "./plain-state.ts";
import { countsOf, type CallCounts } from "../../budget/call-counts.ts";

/**
 * Finds a contradiction in a state whose fields are right one by one. Returns its path and the fault, or `undefined`.
 * Accounts must hold what their pending calls hold: else settling these would make a balance negative.
 */
export function stateFault(state: PlainState): string | undefined {
  const { pending, generation, tokens, accounts } = state;
  if (pending.length > tokens) return `tokens: ${pending.length} calls are pending`;
  const late = pending.findIndex(([, call]) => call.generation > generation);
  if (late >= 0) return `pending.${late}.1.generation: is later than the circuit's`;
  const due = dueIn(pending);
  for (const [index, [account, balance]] of accounts.entries()) {
    const own = due.get(account) ?? nothingDue;
    due.delete(account);
    if (!isHeld(balance, own)) return `accounts.${index}.1.held: is not what pending calls hold`;
    const used = balance.used["0"];
    if (used === undefined || kinds.some((kind) => (used[kind] ?? 0) < own[kind]))
      return `accounts.${index}.1.used: is less than what is pending`;
  }
  return due.size === 0 ? undefined : "accounts: lacks one that pending calls are held in";
}

const kinds = ["modelCalls", "toolCalls", "delegations"] as const;

/** What the pending calls have counted and hold in one account. */
interface Due extends CallCounts {
  /** By the moment from which it counts as spent. */
  readonly held: ReadonlyMap<string, Amounts>;
}

const nothingDue: Due = { modelCalls: 0, toolCalls: 0, delegations: 0, held: new Map() };

function dueIn(pending: PlainState["pending"]): Map<string, Due> {
  const due = new Map<string, Due>();
  for (const [, { kind, accounts, expires, reserved }] of pending) {
    const counts = countsOf(kind);
    for (const account of accounts) {
      const before = due.get(account) ?? nothingDue;
      const held = before.held.get(expires);
      due.set(account, {
        modelCalls: before.modelCalls + counts.modelCalls,
        toolCalls: before.toolCalls + counts.toolCalls,
        delegations: before.delegations + counts.delegations,
        held: new Map(before.held).set(expires, held ? plus(held, reserved) : reserved),
      });
    }
  }
  return due;
}

function isHeld({ held }: Balance, due: Due): boolean {
  const owed = [...due.held].filter(([, { tokens, nanoUsd }]) => tokens > 0 || nanoUsd > 0);
  if (owed.length !== Object.keys(held).length) return false;
  return owed.every(([expires, { tokens, nanoUsd }]) => {
    const own = held[expires];
    return own?.tokens === tokens && own.nanoUsd === nanoUsd;
  });
}
