import type { PendingCall } from "./state.ts";

/** Snapshots of version 1 have another form of evidence and of lanes. */
interface Version1 {
  readonly version: 1;
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * Turns a snapshot of an older version into one of this version, so that a stored thread survives an upgrade. It keeps
 * money, trip and overrides, and drops evidence, as a new message of the user does. It returns other values as they
 * are.
 */
export function migrated(snapshot: unknown): unknown {
  if (!isVersion1(snapshot)) return snapshot;
  const { shared: _, evidence: __, lanes: ___, pending, accounts, ...kept } = snapshot.state;
  return {
    version: 2,
    state: {
      ...kept,
      accounts: listed(accounts, ([name, balance]) => [name, counted(balance, name, pending)]),
      pending: listed(pending, ([token, call]) => [token, pendingOf(call)]),
      lanes: [],
      evidence: [],
      turns: [],
    },
  };
}

function isVersion1(snapshot: unknown): snapshot is Version1 {
  if (typeof snapshot !== "object" || snapshot === null) return false;
  const { version, state } = snapshot as Partial<Version1>;
  return version === 1 && typeof state === "object" && state !== null;
}

/** The entries of a map, changed. Anything else stays as it is, and the reader refuses it. */
function listed(map: unknown, change: (entry: readonly unknown[]) => readonly unknown[]): unknown {
  if (!Array.isArray(map)) return map;
  return map.map((entry: unknown) => (Array.isArray(entry) ? change(entry) : entry));
}

/** A call that was under way. */
function pendingOf(call: unknown): unknown {
  const known = call as { readonly signed?: object } | undefined;
  return { ...known, signed: { ...known?.signed, isLook: false } };
}

/** A balance that counts pending delegations, which version 1 did not count. */
function counted(balance: unknown, account: unknown, pending: unknown): unknown {
  const known = balance as { readonly used?: { readonly 0?: object } } | undefined;
  const calls: readonly unknown[] = Array.isArray(pending) ? pending : [];
  const delegations = calls.filter((entry) => {
    const call = (Array.isArray(entry) ? entry[1] : undefined) as Partial<PendingCall> | undefined;
    const accounts: unknown = call?.accounts;
    return call?.kind === "delegation" && Array.isArray(accounts) && accounts.includes(account);
  }).length;
  const used = known?.used?.[0];
  if (used === undefined || delegations === 0) return balance;
  return { ...known, used: { ...known?.used, 0: { ...used, delegations } } };
}
